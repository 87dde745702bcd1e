/** The text is Go's. */
export class Base64Error extends Error {
  override readonly name = 'Base64Error';
}

/**
 * Bytes in standard base64, written as Go writes them: without the line breaks it accepts.
 * @throws Base64Error
 */
export function canonicalBase64(text: string): string {
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text;
  let canonical = '';
  let padding = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\n' || character === '\r') continue;
    if (character === '=') {
      // Padding completes a group of four that has at least two characters.
      if (canonical.length % 4 < 2) throw illegal(at);
      padding++;
    } else if (padding > 0 || !/[A-Za-z0-9+/]/.test(character)) {
      throw illegal(at);
    }
    canonical += character;
  }
  if (canonical.length % 4 !== 0) throw illegal(text.length);
  return canonical;
}

function illegal(at: number): Base64Error {
  return new Base64Error(`illegal base64 data at input byte ${at}`);
}
