import { describe, expect, it } from 'vitest';
import { Quantity, QuantityError } from '../../src/kubernetes/quantity.ts';

/** Expectations recorded from k8s.io/apimachinery 0.33. */

describe('Quantity', () => {
  it.each([
    ['0', '0'],
    ['0Gi', '0'],
    ['007', '007'],
    ['0.5', '500m'],
    ['.5Ei', '512Pi'],
    ['1.5', '1500m'],
    ['1.5Gi', '1536Mi'],
    ['1024Mi', '1Gi'],
    ['2048k', '2048k'],
    ['1000m', '1'],
    ['1e3', '1e3'],
    ['12E6', '12E6'],
    ['1000e3', '1e6'],
    ['0.1m', '100u'],
    ['0.1n', '1n'],
    ['1.0000000001Gi', '1073741824107374183n'],
    ['512', '512'],
    ['0.5Ki', '512'],
    ['-1.5Gi', '-1536Mi'],
    ['9999999999999Ti', '9223372036854775807'],
    ['310.78814973E', '310788149730G'],
    ['5.', '5.'],
  ])('%s is printed as %s', (text, canonical) => {
    expect(Quantity.parse(text).toString()).toBe(canonical);
  });

  it.each([
    ['', /must match the regular expression/],
    ['1 Gi', /must match the regular expression/],
    ['abc', /must match the regular expression/],
    ['1K', /unable to parse quantity's suffix/],
    ['1GiB', /must match the regular expression/],
    ['-Pi', /unable to parse numeric part of quantity/],
  ])('refuses %j', (text, message) => {
    expect(() => Quantity.parse(text)).toThrow(message);
    expect(Quantity.tryParse(text)).toBeUndefined();
  });

  it('takes the numbers YAML yields', () => {
    expect(Quantity.parse(0.5).toString()).toBe('500m');
    expect(Quantity.parse(1e21).toString()).toBe('1e21');
  });

  it.each([
    ['1Gi', '1024Mi', 0],
    ['1G', '1Gi', -1],
    ['100m', '0.1', 0],
    ['-1', '-2', 1],
    ['1e2147483647', '1e-2147483647', 1],
  ])('compares %s with %s exactly', (a, b, order) => {
    expect(Quantity.parse(a).compare(Quantity.parse(b))).toBe(order);
    expect(Quantity.parse(b).compare(Quantity.parse(a))).toBe(order === 0 ? 0 : -order);
  });

  it('adds and subtracts, taking the format of the first that is not zero', () => {
    expect(Quantity.parse('1Gi').plus(Quantity.parse('512Mi')).toString()).toBe('1536Mi');
    expect(Quantity.zero.plus(Quantity.parse('1Gi')).toString()).toBe('1Gi');
    expect(Quantity.parse('1').minus(Quantity.parse('100m')).toString()).toBe('900m');
    expect(Quantity.parse('1Gi').minus(Quantity.parse('1Gi')).sign).toBe(0);
  });

  it('rounds away from zero to whole units', () => {
    expect(Quantity.parse('1500m').value()).toBe(2);
    expect(Quantity.parse('100u').milliValue()).toBe(1);
    expect(Quantity.parse('-1500m').value()).toBe(-2);
    expect(Quantity.parse('1e-2147483647').value()).toBe(1);
  });

  it('never expands a hostile exponent', () => {
    const huge = Quantity.parse('1e2000000000');
    expect(huge.plus(Quantity.parse('1')).toString()).toBe('100e1999999998');
    expect(() => Quantity.parse(`1${'0'.repeat(5000)}`)).toThrow(QuantityError);
  });
});
