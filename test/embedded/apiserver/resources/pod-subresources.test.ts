import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pod } from '../../../../src/embedded/apiserver/resources/pod.ts';
import { ephemeralContainers, resize } from '../../../../src/embedded/apiserver/resources/pod-subresources.ts';
import { decode } from '../../../../src/embedded/apiserver/schema/decode.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';
import { toCause } from '../../../../src/embedded/apiserver/validation/field.ts';
import type { Pod } from '../../../../src/kubernetes/objects.ts';
import { context } from './recorded.ts';

/** What 1.33.13 makes of a `patch` to the Pod that became of `base`, through one of its subresources. */
interface Recorded {
  readonly subresource: 'ephemeralcontainers' | 'resize';
  readonly title: string;
  readonly base: Pod;
  readonly patch: unknown;
  readonly causes?: readonly (readonly [string, string, string])[];
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: unknown;
}

const file = new URL('./recordings/pod-subresources.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as readonly Recorded[];
const schemas = Schemas.load();
const strategies = { ephemeralcontainers: ephemeralContainers, resize };

it.each(recorded)('$subresource: $title', ({ subresource, base, patch, causes, generation, labels, spec }) => {
  const stored = read(base);
  stored.metadata = { ...stored.metadata, namespace: 'c2', uid: 'UID', creationTimestamp: '2026-11-21T12:00:00Z' };
  pod.prepareForCreate?.(stored, context);
  const draft = read(merge(stored, patch));
  draft.metadata.resourceVersion = '1';
  const untouched = structuredClone(stored);
  strategies[subresource].prepareForUpdate(draft, stored);
  const errors = strategies[subresource].validateUpdate(draft, stored);
  expect(stored).toEqual(untouched);
  if (causes) {
    expect(errors.map((error) => [error.type, error.field, toCause(error).message])).toEqual(causes);
    return;
  }
  expect(errors).toEqual([]);
  expect(draft.metadata).toMatchObject({ generation });
  expect(draft.metadata.labels).toEqual(labels);
  expect(JSON.parse(JSON.stringify(draft.spec))).toEqual(spec);
});

function read(sent: unknown): Pod {
  const { object } = decode(schemas, pod.schema, sent);
  pod.defaults?.(object);
  return object as Pod;
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return structuredClone(patch);
  const result: Record<string, unknown> = { ...(target as Record<string, unknown>) };
  for (const [key, value] of Object.entries(patch)) result[key] = merge(result[key], value);
  return result;
}
