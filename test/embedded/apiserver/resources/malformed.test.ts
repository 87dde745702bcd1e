import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { groupVersion } from '../../../../src/embedded/apiserver/registry.ts';
import { definitions } from '../../../../src/embedded/apiserver/resources/index.ts';
import type { KubeObject } from '../../../../src/kubernetes/object.ts';
import { ApiError } from '../../../../src/kubernetes/status.ts';
import { TestEngine } from '../support.ts';

/** Whatever is missing, null or empty in an object: it is accepted or refused, and nothing breaks. */
const mutations = 150;

const { engine, caller } = new TestEngine({ definitions });

for (const definition of definitions) {
  const name = definition.storedAs ? `${definition.plural}_${definition.version}` : definition.plural;
  const file = new URL(`./recordings/${name}.json`, import.meta.url);
  if (!existsSync(file)) continue;
  const { create = [] } = JSON.parse(readFileSync(file, 'utf8')) as { create?: { object?: KubeObject }[] };
  const objects = create.flatMap(({ object }) => object ?? []);
  const namespace = definition.namespaced ? 'default' : '';

  it(`${groupVersion(definition)} ${definition.kind}`, async () => {
    const random = generator(definition.kind.length);
    for (let count = 0; count < mutations; count++) {
      const object = structuredClone(objects[random(objects.length)]!) as unknown as Record<string, unknown>;
      for (let times = 1 + random(3); times > 0; times--) damage(object, random);
      try {
        const created = await engine.create(caller, definition, namespace, { value: object }, { dryRun: true });
        for (const { value } of definition.columns) value(created, 0);
      } catch (error) {
        if (ApiError.is(error) && error.code < 500) continue;
        expect.fail(`${error instanceof Error ? error.stack : error}\non ${JSON.stringify(object)}`);
      }
    }
  });
}

/** Takes away, or makes null or empty, something inside the object other than its kind. */
function damage(object: Record<string, unknown>, random: (below: number) => number): void {
  const places = placesIn(object).filter(([, key]) => key !== 'apiVersion' && key !== 'kind');
  if (places.length === 0) return;
  const [parent, key] = places[random(places.length)]!;
  const replacement = [undefined, null, {}, [], ''][random(5)];
  if (replacement === undefined) delete parent[key];
  else parent[key] = replacement;
}

function placesIn(value: unknown): [parent: Record<string, unknown>, key: string][] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [[parent, key] as [typeof parent, string], ...placesIn(parent[key])]);
}

/** The same numbers on every run (a linear congruential generator). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}
