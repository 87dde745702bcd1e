import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../../src/embedded/apiserver/schema/yaml-text.ts';

describe('YAML', () => {
  it('means what it means to Kubernetes: YAML 1.1, without dates', () => {
    const text = 'a: yes\nb: 0644\nc: 2020-01-01\nd: !!binary YQ==\ne: ~\nf: 1e3\ng: "yes"\n1: one\ntrue: on\n';
    expect(parseYaml(text).value).toEqual({
      a: true,
      b: 420,
      c: '2020-01-01',
      d: 'YQ==',
      e: null,
      f: 1000,
      g: 'yes',
      '1': 'one',
      true: true,
    });
  });

  it('merges anchors', () => {
    expect(parseYaml('base: &b {x: 1}\nother: {<<: *b, z: 2}').value).toEqual({
      base: { x: 1 },
      other: { x: 1, z: 2 },
    });
  });

  it('reads JSON, which clients send as YAML', () => {
    expect(parseYaml('{"a":{"b":1,"b":2}}')).toEqual({
      value: { a: { b: 2 } },
      duplicates: ['duplicate field "a.b"'],
    });
    expect(parseYaml('{a: 1}').value).toEqual({ a: 1 });
  });

  it('finds duplicate keys; the last wins', () => {
    expect(parseYaml('a:\n- b: 1\n  b: 2\n')).toEqual({
      value: { a: [{ b: 2 }] },
      duplicates: ['duplicate field "a[0].b"'],
    });
  });

  it('refuses a document that aliases blow up', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let at = 1; at < 9; at++) lines.push(`a${at}: &a${at} [${`*a${at - 1}, `.repeat(10)}]`);
    expect(() => parseYaml(lines.join('\n'))).toThrow(/error converting YAML to JSON: yaml: /);
  });

  it.each([
    ['a: b: c', /^error converting YAML to JSON: yaml: line 1: /],
    ['a: .inf', /unsupported value: \.inf/],
    ['? [a, b]\n: c', /mapping keys must be scalars/],
  ])('refuses %j', (text, message) => {
    expect(() => parseYaml(text)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message), code: 400 }),
    );
  });

  it('keeps "__proto__" an own member', () => {
    const value = parseYaml('__proto__: {x: 1}').value as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });
});
