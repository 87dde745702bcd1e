import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../../src/embedded/apiserver/apply/apply.ts';
import { trackUpdate } from '../../../../src/embedded/apiserver/apply/update.ts';
import { decode } from '../../../../src/embedded/apiserver/schema/decode.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';
import type { KubeObject } from '../../../../src/kubernetes/object.ts';

/**
 * Writes as a real cluster (1.33) stored them: the object before and after, who wrote it, and for server-side apply what
 * was applied. Recorded with `kubectl get --raw …?watch=1` while the commands in the titles ran.
 */
interface Recording {
  readonly schema: string;
  readonly apiVersion: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly title: string;
  readonly manager: string;
  readonly subresource: string;
  readonly time: string;
  readonly previous?: KubeObject;
  readonly next: KubeObject;
  /** Server-side apply. */
  readonly patch?: KubeObject;
  readonly force?: boolean;
  /** Defaults were filled in after the patch was applied. */
  readonly defaulted?: boolean;
  /** The client sent the managedFields that were stored. */
  readonly sent?: boolean;
}

const folder = join(import.meta.dirname, 'recordings');
const schemas = Schemas.load();

function withoutManagers(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

describe.each(readdirSync(folder))('recorded: %s', (file) => {
  const { schema, apiVersion, steps } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording;
  const name = { schemas, schemaName: schema, apiVersion };

  it.each(steps.map((step) => [step.title, step] as const))('%s', (_, step) => {
    const { previous, next, manager, subresource, time, patch, force = false, defaulted = false, sent = false } = step;
    if (patch) {
      const result = applyPatch({ ...name, live: previous, patch, manager, force, subresource, time });
      expect(result.metadata.managedFields).toEqual(next.metadata.managedFields);
      const { resourceVersion, generation } = next.metadata;
      const stored = { ...result, metadata: { ...result.metadata, resourceVersion, generation } };
      const held = (object: KubeObject) => decode(schemas, schema, withoutManagers(object)).object;
      if (!defaulted) expect(held(stored)).toEqual(held(next));
    } else {
      const draft = sent ? next : withoutManagers(next);
      const entries = trackUpdate({ ...name, previous, next: draft, manager, subresource, time });
      expect(entries).toEqual(next.metadata.managedFields);
    }
  });
});
