import { describe, expect, it } from 'vitest';
import { applyJsonPatch } from '../../../../src/embedded/apiserver/patch/json-patch.ts';

const object = { metadata: { labels: { a: 'b', 'x/y~z': 'slash' } }, list: [1, 2, 3] };

describe('JSON patch', () => {
  it.each([
    ['adds', { op: 'add', path: '/metadata/labels/c', value: 'd' }, { metadata: { labels: { c: 'd' } } }],
    ['adds null without a value', { op: 'add', path: '/metadata/name' }, { metadata: { name: null } }],
    ['inserts', { op: 'add', path: '/list/1', value: 9 }, { list: [1, 9, 2, 3] }],
    ['appends', { op: 'add', path: '/list/-', value: 9 }, { list: [1, 2, 3, 9] }],
    ['counts from the end', { op: 'replace', path: '/list/-1', value: 9 }, { list: [1, 2, 9] }],
    ['removes', { op: 'remove', path: '/list/0' }, { list: [2, 3] }],
    [
      'unescapes',
      { op: 'replace', path: '/metadata/labels/x~1y~0z', value: 'q' },
      { metadata: { labels: { 'x/y~z': 'q' } } },
    ],
    ['replaces what is missing', { op: 'replace', path: '/spec', value: {} }, { spec: {} }],
    ['moves', { op: 'move', from: '/metadata/labels/a', path: '/name' }, { name: 'b' }],
    ['copies', { op: 'copy', from: '/list', path: '/again' }, { again: [1, 2, 3] }],
    ['copies what is missing as null', { op: 'copy', from: '/metadata/nope', path: '/again' }, { again: null }],
    ['tests', { op: 'test', path: '/metadata', value: { labels: { 'x/y~z': 'slash', a: 'b' } } }, object],
    ['finds null where nothing is', { op: 'test', path: '/nope', value: null }, object],
  ])('%s', (_, operation, result) => {
    expect(applyJsonPatch(object, [operation])).toMatchObject(result);
  });

  it.each([
    [{ op: 'test', path: '/list/0', value: '1' }],
    [{ op: 'remove', path: '/nope' }],
    [{ op: 'remove', path: '/nope/x' }],
    [{ op: 'remove', path: '/list/3' }],
    [{ op: 'add', path: '/list/5', value: 1 }],
    [{ op: 'add', path: '/list/x', value: 1 }],
    [{ op: 'add', path: 'list', value: 1 }],
    [{ op: 'add', path: '', value: {} }],
    [{ op: 'add' }],
    [{ op: 'move', from: '/nope', path: '/a' }],
    [{ op: 'frob', path: '/list' }],
  ])('cannot apply %j', (operation) => {
    expect(() => applyJsonPatch(object, [operation])).toThrow(
      expect.objectContaining({
        code: 422,
        reason: 'Invalid',
        message: 'the server rejected our request due to an error in our request',
      }),
    );
  });

  it.each([
    [{ op: 'add' }, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    [['x'], 'error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp'],
  ])('refuses %j', (patch, message) => {
    expect(() => applyJsonPatch(object, patch)).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it('has an end', () => {
    const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/list/0', value: 1 }));
    expect(() => applyJsonPatch(object, many)).toThrow(expect.objectContaining({ code: 413 }));
    const doubling = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/big', path: '/big/-' }));
    expect(() => applyJsonPatch({ big: ['x'.repeat(1000)] }, doubling)).toThrow(expect.objectContaining({ code: 422 }));
  });

  it('neither changes its arguments nor any prototype', () => {
    const before = JSON.stringify(object);
    const value = { deep: [] };
    const result = applyJsonPatch(object, [
      { op: 'add', path: '/value', value },
      { op: 'add', path: '/value/deep/-', value: 1 },
      { op: 'add', path: '/__proto__', value: { polluted: true } },
    ]) as object;
    expect(JSON.stringify(object)).toBe(before);
    expect(value).toEqual({ deep: [] });
    expect(Object.keys(result)).toContain('__proto__');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(() => applyJsonPatch({}, [{ op: 'add', path: '/constructor/prototype/x', value: 1 }])).toThrow();
  });
});
