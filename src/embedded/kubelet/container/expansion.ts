/**
 * Replaces references $(NAME) in a command, an argument or a variable's value; $$ stands for one $
 * (third_party/forked/golang/expansion). A name that `lookup` does not know is left as it is written.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character !== '$' || at + 1 === text.length) {
      result += character;
      continue;
    }
    const next = text[++at]!;
    const close = next === '(' ? text.indexOf(')', at + 1) : -1;
    if (next === '$') result += '$';
    else if (close < 0) result += `$${next}`;
    else {
      const name = text.slice(at + 1, close);
      result += lookup(name) ?? `$(${name})`;
      at = close;
    }
  }
  return result;
}

/** Looks names up among own members. */
export function lookupIn(...sources: readonly Readonly<Record<string, string>>[]) {
  return (name: string): string | undefined => {
    const source = sources.find((each) => Object.hasOwn(each, name));
    return source?.[name];
  };
}
