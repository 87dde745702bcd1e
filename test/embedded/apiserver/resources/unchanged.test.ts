import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { groupVersion } from '../../../../src/embedded/apiserver/registry.ts';
import { definitions } from '../../../../src/embedded/apiserver/resources/index.ts';
import type { KubeObject } from '../../../../src/kubernetes/object.ts';
import { TestEngine } from '../support.ts';

/**
 * Defaults and strategies must agree with themselves: whoever writes back what he has read changes nothing, or
 * controllers that do so would see each other's updates for ever.
 */
const { engine, caller } = new TestEngine({ definitions });

for (const definition of definitions) {
  const name = definition.storedAs ? `${definition.plural}_${definition.version}` : definition.plural;
  const file = new URL(`./recordings/${name}.json`, import.meta.url);
  if (!existsSync(file)) continue;
  const { create = [] } = JSON.parse(readFileSync(file, 'utf8')) as {
    create?: { title: string; object: KubeObject; result?: object }[];
  };
  const namespace = definition.namespaced ? 'default' : '';

  it.each(create.filter(({ result }) => result))(
    `${groupVersion(definition)} ${definition.kind}: $title`,
    async (each) => {
      const sent = { ...each.object, metadata: { ...each.object.metadata, name: undefined, generateName: 'x-' } };
      const created = await engine.create(
        caller,
        definition,
        namespace,
        { value: sent },
        { fieldValidation: 'Strict' },
      );
      const at = { namespace, name: created.metadata.name };
      for (const subresource of definition.status ? (['', 'status'] as const) : ([''] as const)) {
        const body = { value: structuredClone(created) };
        const { object } = await engine.update(caller, definition, at, subresource, body);
        expect(object.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
      }
    },
  );
}
