/** Values as Go's fmt package prints them: they stand in many of the API server's messages. */

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** strconv.Quote, %q. */
export function goQuote(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let quoted = '';
  for (const character of text) {
    const known = escapes[character];
    if (known) quoted += known;
    else if (character === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character)) quoted += character;
    else {
      const code = character.codePointAt(0)!;
      if (code < 0x80) quoted += `\\x${code.toString(16).padStart(2, '0')}`;
      else if (code > 0xffff) quoted += `\\U${code.toString(16).padStart(8, '0')}`;
      else quoted += `\\u${code.toString(16).padStart(4, '0')}`;
    }
  }
  return `"${quoted}"`;
}

/** A value already in the form it is to be printed in, where a message would otherwise quote or encode it. */
export class GoLiteral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** %#v of a []string: []string{"a", "b"}. */
export function goStrings(values: readonly string[] | undefined, type = '[]string'): string {
  return values ? `${type}{${values.map(goQuote).join(', ')}}` : `${type}(nil)`;
}

/** %#v of a map[string]string, in order of keys: map[string]string{"a":"b"}. */
export function goStringMap(map: Readonly<Record<string, string>> | undefined, type = 'map[string]string'): string {
  if (!map) return `${type}(nil)`;
  const pairs = Object.keys(map)
    .sort()
    .map((key) => `${goQuote(key)}:${goQuote(map[key]!)}`);
  return `${type}{${pairs.join(', ')}}`;
}

/** %v of a map[string]string: map[a:b c:d]. */
export function goPlainMap(map: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(map ?? {}).sort();
  return `map[${keys.map((key) => `${key}:${map![key]}`).join(' ')}]`;
}

interface LabelSelectorLike {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** %#v of a metav1.LabelSelector, as "field is immutable" shows it. */
export function goLabelSelector(selector: LabelSelectorLike): string {
  const expressions = selector.matchExpressions
    ?.map(
      ({ key, operator, values }) =>
        `v1.LabelSelectorRequirement{Key:${goQuote(key)}, Operator:${goQuote(operator)}, Values:${goStrings(values)}}`,
    )
    .join(', ');
  const list = expressions === undefined ? '(nil)' : `{${expressions}}`;
  return `v1.LabelSelector{MatchLabels:${goStringMap(selector.matchLabels)}, MatchExpressions:[]v1.LabelSelectorRequirement${list}}`;
}
