// biome-ignore-all lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
/** Plain text from what a program printed to a terminal. */

const sequences =
  /\x1b\[[\x00-\x1a\x1c-\x3f]*[\x40-\x7e]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[PX^_][^\x1b]*(?:\x1b\\)?|\x1b[\x20-\x2f]*[\x30-\x7e]?/g;

/**
 * Escape sequences removed, lines ended by \n, and what a carriage return or a backspace overwrote left out, so that a
 * progress bar reads as its last state.
 */
export function plainText(output: string): string {
  const lines = output.replace(sequences, '').replace(/\r+\n/g, '\n').split('\n');
  return lines.map(overwritten).join('\n');
}

function overwritten(line: string): string {
  let text = line;
  if (text.includes('\r')) {
    let shown = '';
    for (const part of text.split('\r')) shown = part + shown.slice(part.length);
    text = shown;
  }
  if (!text.includes('\b')) return text;
  let shown = '';
  for (const character of text) shown = character === '\b' ? shown.slice(0, -1) : shown + character;
  return shown;
}
