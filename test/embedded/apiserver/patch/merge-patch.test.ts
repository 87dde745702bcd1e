import { describe, expect, it } from 'vitest';
import { applyMergePatch } from '../../../../src/embedded/apiserver/patch/merge-patch.ts';

describe('merge patch', () => {
  it('merges objects, removes with null and replaces everything else', () => {
    const object = { a: { b: 1, c: 2 }, list: [1, 2], gone: 'x' };
    const patch = { a: { c: null, d: { e: null, f: 3 } }, list: [3], gone: null };
    expect(applyMergePatch(object, patch)).toEqual({ a: { b: 1, d: { f: 3 } }, list: [3] });
    expect(object).toEqual({ a: { b: 1, c: 2 }, list: [1, 2], gone: 'x' });
  });

  it('keeps nulls in lists, and in what replaces an object', () => {
    expect(applyMergePatch({ a: 1 }, { a: [null, { b: null, c: 1 }] })).toEqual({ a: [null, { c: 1 }] });
    expect(applyMergePatch({ a: { x: 1 } }, { a: [{ b: null }] })).toEqual({ a: [{ b: null }] });
  });

  it('refuses what is no object', () => {
    expect(() => applyMergePatch({}, null)).toThrow('Invalid JSON Patch');
  });

  it('changes no prototype', () => {
    const patch = JSON.parse(
      '{"__proto__":{"polluted":true},"a":{"constructor":{"prototype":{"polluted":true}}}}',
    ) as object;
    const result = applyMergePatch({ a: {} }, patch);
    expect(Object.keys(result)).toEqual(['a', '__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
