/** JSON as Go's encoder writes it: keys sorted, and what could be mistaken for HTML escaped. */
export function goJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  const object = value as Record<string, unknown>;
  const members: string[] = [];
  for (const key of Object.keys(object).sort()) {
    if (object[key] !== undefined) members.push(`${quote(key)}:${goJson(object[key])}`);
  }
  return `{${members.join(',')}}`;
}

/** JSON text as Go's encoder has it: those characters stand in strings alone, whatever the text, so it is not read. */
export function escapeHtml(json: string): string {
  return /[<>&\u2028\u2029]/.test(json) ? json.replace(/[<>&\u2028\u2029]/g, escaped) : json;
}

function quote(text: string): string {
  return escapeHtml(JSON.stringify(text));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
