/** The few ASN.1 types that a certificate is made of, in their distinguished encoding (X.690). */

export function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

export function setOf(...parts: Buffer[]): Buffer {
  return tagged(0x31, ...parts);
}

/** A context-specific tag: `constructed` where it wraps other values. */
export function context(tag: number, constructed: boolean, ...parts: Buffer[]): Buffer {
  return tagged((constructed ? 0xa0 : 0x80) | tag, ...parts);
}

export function octetString(content: Buffer): Buffer {
  return tagged(0x04, content);
}

/** @param unused bits at the end that do not count */
export function bitString(content: Buffer, unused = 0): Buffer {
  return tagged(0x03, Buffer.from([unused]), content);
}

export function utf8String(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text));
}

export const yes: Buffer = Buffer.from([0x01, 0x01, 0xff]);

/** Not negative, most significant byte first. */
export function integer(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const content = bytes.subarray(start);
  return content[0]! & 0x80 ? tagged(0x02, Buffer.from([0]), content) : tagged(0x02, content);
}

/** @param milliseconds since the epoch. Years from 2050 on are written differently, as RFC 5280 wants it. */
export function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '');
  return text < '2050' ? tagged(0x17, Buffer.from(text.slice(2))) : tagged(0x18, Buffer.from(text));
}

/** "1.2.840.10045.4.3.2" */
export function objectIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}
