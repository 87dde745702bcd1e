/** "10", "1.5", "2m", "1h", "inf" in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Number.MAX_SAFE_INTEGER;
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  if (!match) return undefined;
  const unit = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2]!] ?? 1;
  return Number(match[1]) * unit * 1000;
}
