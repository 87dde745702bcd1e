/**
 * Attributes as lessons write them: `{#same-name}` after a heading, a question or an option, and words after a fence's
 * language, `sh {terminal=2 background}` or `yaml file=kubia.yaml`.
 */
export interface Attributes {
  readonly id?: string;
  /** Words with `=` and their values, words without and ''. */
  readonly words: ReadonlyMap<string, string>;
}

/** Text before the attributes at its end, and those. */
export function trailingAttributes(text: string): { readonly text: string; readonly attributes: Attributes } {
  const match = /^(.*?)\s*(?<!\{)\{([^{}]*)\}\s*$/s.exec(text);
  if (!match) return { text: text.trim(), attributes: { words: new Map() } };
  return { text: match[1]!.trim(), attributes: parse(match[2]!) };
}

/** A fence's info string: its language and its attributes, in braces or bare. */
export function fenceInfo(info: string): { readonly language: string; readonly attributes: Attributes } {
  const [, language = '', rest = ''] = /^\s*(\S*)\s*(.*)$/s.exec(info) ?? [];
  const inner = /^\{(.*)\}$/s.exec(rest.trim())?.[1] ?? rest;
  return { language, attributes: parse(inner) };
}

function parse(text: string): Attributes {
  const words = new Map<string, string>();
  let id: string | undefined;
  for (const word of text.trim().split(/\s+/)) {
    if (word.startsWith('#')) id = word.slice(1);
    else if (word !== '') {
      const [name = '', ...value] = word.split('=');
      words.set(name, value.join('='));
    }
  }
  return { words, ...(id && { id }) };
}
