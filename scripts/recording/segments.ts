/** A value that two runs of the same command cannot share: a UID, an address, a time. */
export interface Token {
  /** "uid", "pod address", "time"; tokens of different kinds are never equal. */
  readonly kind: string;
  /** What the command printed. */
  readonly original: string;
  /** Names something: the same original must always stand for the same thing. Times and amounts name nothing. */
  readonly names: boolean;
}

/** Text as it was printed, or a token in its place. */
export type Segment = string | Token;

/** Cuts at newlines, which are in none of the lines. */
export function lines(segments: readonly Segment[]): Segment[][] {
  const result: Segment[][] = [[]];
  for (const segment of segments) {
    const [first, ...rest] = typeof segment === 'string' ? segment.split('\n') : [segment];
    if (first !== '') result.at(-1)!.push(first!);
    for (const text of rest) result.push(text === '' ? [] : [text]);
  }
  return result;
}

/** Replaces parts of the text between the tokens that are there already. */
export function splitText(segments: readonly Segment[], split: (text: string) => readonly Segment[]): Segment[] {
  return segments.flatMap((segment) => (typeof segment === 'string' ? split(segment) : [segment]));
}
