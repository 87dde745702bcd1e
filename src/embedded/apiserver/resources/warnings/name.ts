import { isDNS1123Label } from '../../../../kubernetes/names.ts';

/** A name that Pods cannot carry, which Kubernetes warns of. */
export function nameWarnings(name: string): string[] {
  const messages = isDNS1123Label(name);
  if (messages.length === 0) return [];
  return [
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; ' +
      `a DNS label is recommended: [${messages.join(' ')}]`,
  ];
}
