const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 512,
  c: 1,
  k: 1024,
  K: 1024,
  kB: 1000,
  M: 1024 ** 2,
  MB: 1e6,
  G: 1024 ** 3,
  GB: 1e9,
  T: 1024 ** 4,
};

/** "10M" in bytes; undefined for what is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)([a-zA-Z]{0,2})i?B?$/.exec(text);
  return match && Object.hasOwn(units, match[2]!) ? Number(match[1]) * units[match[2]!]! : undefined;
}
