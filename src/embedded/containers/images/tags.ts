/** Which tags there are of an image: parts with dashes between them, as registries' official images name theirs. */
export interface Tags {
  /** Major versions, each with its newest minor one: { 1: 37 } has 1, 1.36 and 1.36.1, but neither 1.99 nor 2. */
  readonly releases?: Readonly<Record<number, number>>;
  /** In place of a version: "bookworm", "stable". */
  readonly names?: readonly string[];
  /** What may follow a version or name: "alpine", "slim". A version may follow it in turn: "alpine3.20". */
  readonly variants?: readonly string[];
  /** Versions begin with a "v". */
  readonly v?: true;
}

/** Kubernetes' own registries number the builds of a version: "2.4.38-4". */
const numbersBuilds = /^(registry\.k8s\.io|gcr\.io)\//;

/** Whether there is such a tag, "latest" always being one. */
export function hasTag({ releases = {}, names = [], variants = [], v }: Tags) {
  const isVersion = (part: string) => {
    const match = new RegExp(`^${v ? 'v' : ''}(\\d{1,4})(?:\\.(\\d{1,4}))?(?:\\.\\d{1,4})?$`).exec(part);
    const newest = match && releases[Number(match[1])];
    return newest != null && Number(match![2] ?? 0) <= newest;
  };
  const isVariant = (part: string) => variants.includes(part.replace(/(?<=[a-z])\d+(\.\d+)?$/, ''));
  const isDate = (part: string) => /^20\d{6}$/.test(part);
  return (tag: string, repository = ''): boolean => {
    if (tag === 'latest') return true;
    const [first, ...rest] = tag.split('-') as [string, ...string[]];
    const named = names.includes(first) || variants.includes(first);
    if (!named && !isVersion(first)) return false;
    if (numbersBuilds.test(repository) && rest.length > 0 && /^\d{1,2}$/.test(rest.at(-1)!)) rest.pop();
    if (new Set(rest).size < rest.length || rest.includes(first)) return false;
    return rest.every((part) => isVariant(part) || names.includes(part) || (named && isDate(part)));
  };
}
