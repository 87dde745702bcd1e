import { describe, expect, it } from 'vitest';
import { FieldSelector } from '../../src/kubernetes/field-selectors.ts';
import { formatLabelSelector, LabelSelector, SelectorError } from '../../src/kubernetes/selectors.ts';

describe('LabelSelector.parse', () => {
  it.each([
    ['x in (foo,,baz),y,z notin ()', 'x in (,baz,foo),y,z notin ()'],
    ['b=1,a!=2, !c', 'a!=2,b=1,!c'],
    ['in in (in,notin)', 'in in (in,notin)'],
    ['a==b', 'a==b'],
    ['n>1,m<5', 'm<5,n>1'],
    ['', ''],
  ])('reads %j', (text, printed) => {
    expect(LabelSelector.parse(text).toString()).toBe(printed);
  });

  // Recorded from k8s.io/apimachinery 0.33.
  it.each([
    ['a in', "unable to parse requirement: found '' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=(', "unable to parse requirement: found '(', expected: identifier"],
    [
      'n>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      '-',
      "unable to parse requirement: <nil>: Invalid value: \"-\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => LabelSelector.parse(text)).toThrow(new SelectorError(message));
  });

  it.each([
    ['app=kubia', { app: 'kubia' }, true],
    ['app=kubia', {}, false],
    ['app!=kubia', {}, true],
    ['app in (a,b)', { app: 'b' }, true],
    ['app notin (a,b)', { app: 'b' }, false],
    ['app', { app: '' }, true],
    ['!app', { app: '' }, false],
    ['n>2', { n: '10' }, true],
    ['n>2', { n: 'x' }, false],
    ['toString', {}, false],
  ])('%s on %j: %s', (text, labels, matches) => {
    expect(LabelSelector.parse(text).matches(labels)).toBe(matches);
  });
});

describe('LabelSelector.from', () => {
  it('selects nothing where absent and everything where empty', () => {
    expect(LabelSelector.from(undefined).matches({})).toBe(false);
    expect(LabelSelector.from({}).matches({ a: 'b' })).toBe(true);
  });

  it('combines labels and expressions', () => {
    const selector = LabelSelector.from({
      matchLabels: { app: 'kubia' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['b', 'a'] },
        { key: 'old', operator: 'DoesNotExist' },
      ],
    });
    expect(selector.toString()).toBe('app=kubia,!old,tier in (a,b)');
    expect(selector.matches({ app: 'kubia', tier: 'a' })).toBe(true);
    expect(selector.matches({ app: 'kubia', tier: 'a', old: '' })).toBe(false);
  });

  it('refuses an operator nobody knows', () => {
    const selector = { matchExpressions: [{ key: 'a', operator: 'Like' }] };
    expect(() => LabelSelector.from(selector)).toThrow('"Like" is not a valid label selector operator');
    expect(formatLabelSelector(selector)).toBe('<error>');
    expect(formatLabelSelector({})).toBe('<none>');
  });
});

describe('FieldSelector', () => {
  it('matches fields, escapes undone', () => {
    const selector = FieldSelector.parse('status.phase!=Running,spec.nodeName==worker\\,1');
    expect(selector.toString()).toBe('spec.nodeName=worker\\,1,status.phase!=Running');
    expect(selector.exact('spec.nodeName')).toBe('worker,1');
    expect(selector.matches((field) => (field === 'spec.nodeName' ? 'worker,1' : 'Pending'))).toBe(true);
    expect(selector.matches((field) => (field === 'spec.nodeName' ? 'worker,1' : 'Running'))).toBe(false);
  });

  it.each([
    ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=\\b', 'invalid field selector: invalid escape sequence: \\b'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => FieldSelector.parse(text)).toThrow(new SelectorError(message));
  });
});
