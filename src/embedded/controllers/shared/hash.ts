import { goJson } from '../../apiserver/apply/go-json.ts';

/** Hashes in names and labels, as Kubernetes writes them: FNV, in letters and digits that make no words. */

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** k8s.io/apimachinery/pkg/util/rand.SafeEncodeString of a number. */
export function safeEncode(hash: number): string {
  return [...String(hash)].map((digit) => letters[digit.charCodeAt(0) % letters.length]).join('');
}

/** FNV-1 of the text's bytes, as hash/fnv.New32 has it. */
export function fnv1(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  return hash;
}

/** FNV-1a of bytes, as hash/fnv.New32a has it. */
export function fnv1a(data: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** JSON as Go writes a map: equal values have equal texts, whatever the order of their members. */
export { goJson as canonicalJson };
