import { describe, expect, it } from 'vitest';
import { humanDuration, since } from '../../src/kubernetes/durations.ts';
import * as errors from '../../src/kubernetes/errors.ts';
import { goLabelSelector, goQuote } from '../../src/kubernetes/go-format.ts';
import { scaledValue } from '../../src/kubernetes/int-or-string.ts';
import { contains, formatIp, parseCidr, parseIp } from '../../src/kubernetes/ip.ts';
import { byteLength, isQualifiedName, nameIsDNS1035Label, nameIsDNSLabel } from '../../src/kubernetes/names.ts';

describe('names', () => {
  it('counts bytes as Go does', () => {
    expect(['a', 'é', '世', '😀'].map(byteLength)).toEqual([1, 2, 3, 4]);
  });

  it('checks the prefix and the name of a qualified name', () => {
    expect(isQualifiedName('example.com/app')).toEqual([]);
    expect(isQualifiedName('/app')).toEqual(['prefix part must be non-empty']);
    expect(isQualifiedName(`x/${'a'.repeat(64)}`)).toEqual(['name part must be no more than 63 characters']);
  });

  it('lets a prefix for generated names end in a dash', () => {
    expect(nameIsDNSLabel('web-', true)).toEqual([]);
    expect(nameIsDNSLabel('web-', false)).toHaveLength(1);
    expect(nameIsDNSLabel('web.0', false)).toEqual(['must not contain dots']);
    expect(nameIsDNS1035Label('0-web', false)).toHaveLength(1);
  });
});

describe('humanDuration', () => {
  it.each([
    [-3, '<invalid>'],
    [-1, '0s'],
    [119, '119s'],
    [120, '2m'],
    [185, '3m5s'],
    [3600, '60m'],
    [3 * 3600 + 60, '3h1m'],
    [47 * 3600, '47h'],
    [49 * 3600, '2d1h'],
    [9 * 86400, '9d'],
    [3 * 365 * 86400, '3y'],
    [3 * 365 * 86400 + 86400, '3y1d'],
  ])('%d seconds: %s', (seconds, text) => {
    expect(humanDuration(seconds * 1000)).toBe(text);
  });

  it('knows no age without a timestamp', () => {
    expect(since(undefined, 0)).toBe('<unknown>');
    expect(since('1970-01-01T00:00:00Z', 5000)).toBe('5s');
  });
});

describe('errors', () => {
  it('say the same thing once', () => {
    const cause = { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' };
    const error = errors.invalid({ group: 'apps', kind: 'StatefulSet' }, 'web', [cause, cause]);
    expect(error.message).toBe('StatefulSet.apps "web" is invalid: spec.selector: Required value');
    expect(error.status.details?.causes).toHaveLength(2);
  });

  it('list several causes in brackets', () => {
    const error = errors.invalid({ group: '', kind: 'Pod' }, 'x', [
      { message: 'Required value', field: 'a' },
      { message: 'Required value', field: 'b' },
    ]);
    expect(error.message).toBe('Pod "x" is invalid: [a: Required value, b: Required value]');
  });

  it('name the resource with its group', () => {
    const resource = { group: 'apps', resource: 'statefulsets' };
    expect(errors.notFound(resource, 'web').status).toMatchObject({
      message: 'statefulsets.apps "web" not found',
      reason: 'NotFound',
      code: 404,
      details: { name: 'web', group: 'apps', kind: 'statefulsets' },
    });
    expect(errors.conflict(resource, 'web').message).toBe(
      'Operation cannot be fulfilled on statefulsets.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    );
    expect(errors.forbidden({ group: '', resource: 'pods' }, '', 'no').message).toBe('pods is forbidden: no');
  });
});

describe('Go formats', () => {
  it('quotes as %q does', () => {
    expect(goQuote('a"b\\\n\u0001é世\u200b')).toBe('"a\\"b\\\\\\n\\x01é世\\u200b"');
  });

  it('prints a selector as %#v does', () => {
    expect(goLabelSelector({ matchLabels: { b: '2', a: '1' } })).toBe(
      'v1.LabelSelector{MatchLabels:map[string]string{"a":"1", "b":"2"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}',
    );
  });
});

describe('scaledValue', () => {
  it('rounds percentages as asked', () => {
    expect(scaledValue('25%', 10, true)).toBe(3);
    expect(scaledValue('25%', 10, false)).toBe(2);
    expect(scaledValue(4, 10, false)).toBe(4);
    expect(() => scaledValue('4', 10, false)).toThrow('invalid type: string is not a percentage');
  });
});

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['010.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::', '::'],
  ])('%s is %s', (text, canonical) => {
    expect(formatIp(parseIp(text)!)).toBe(canonical);
  });

  it.each(['10.0.0', '10.0.0.256', '1::2::3', '12345::', ':1:2:3:4:5:6:7', 'fe80::1%eth0', ''])(
    'refuses %j',
    (text) => {
      expect(parseIp(text)).toBeUndefined();
    },
  );

  it('knows what a prefix contains', () => {
    const cidr = parseCidr('10.244.1.0/24')!;
    expect(contains(cidr, parseIp('10.244.1.255')!)).toBe(true);
    expect(contains(cidr, parseIp('10.244.2.0')!)).toBe(false);
    expect(contains(cidr, parseIp('::1')!)).toBe(false);
  });
});
