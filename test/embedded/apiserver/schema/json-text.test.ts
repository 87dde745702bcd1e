import { describe, expect, it } from 'vitest';
import { deepestNesting, parseJson } from '../../../../src/embedded/apiserver/schema/json-text.ts';

describe('JSON', () => {
  it.each(['null', '"a\\u00e9\\"\\\\:{"', '[1,-2.5e3,true]', '{"a":{"b:":["c",{}]}," ":""}'])('parses %s', (text) => {
    expect(parseJson(text)).toEqual({ value: JSON.parse(text), duplicates: [] });
  });

  it('finds duplicate fields wherever they are; the last wins', () => {
    const { value, duplicates } = parseJson('{"a":[{"b":1,"b":2,"b":3}],"c":{"d e":1,"d e":2},"a.b":1}');
    expect(value).toEqual({ a: [{ b: 3 }], c: { 'd e': 2 }, 'a.b': 1 });
    expect(duplicates).toEqual(['duplicate field "a[0].b"', 'duplicate field "c.d e"']);
  });

  it('keeps "__proto__" an own member, duplicates or not', () => {
    for (const text of ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1},"a":1,"a":2}']) {
      const value = parseJson(text).value as object;
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.keys(value)[0]).toBe('__proto__');
    }
  });

  it.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['{x', "invalid character 'x' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['truth', "invalid character 't' in literal true (expecting 'e')"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['01', "invalid character '1' after top-level value"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
  ])('refuses %j as Go does', (text, message) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ message, reason: 'BadRequest' }));
  });

  it('refuses what is nested too deep, without running out of stack', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(deepestNesting)).duplicates).toEqual([]);
    expect(() => parseJson(nested(deepestNesting + 1))).toThrow('exceeded max depth');
    expect(() => parseJson('{"a":'.repeat(1_000_000))).toThrow('exceeded max depth');
  });
});
