import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { groupVersion } from '../../../../src/embedded/apiserver/registry.ts';
import type { ResourceDefinition } from '../../../../src/embedded/apiserver/resource.ts';
import { definitions } from '../../../../src/embedded/apiserver/resources/index.ts';

/** What discovery of a 1.33.13 cluster says, by group and version. "all" stands for the eight usual verbs. */
interface Resource {
  readonly name: string;
  readonly singularName?: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs: string;
  readonly group?: string;
  readonly version?: string;
}

const file = new URL('./recordings/discovery.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, readonly Resource[]>>;

it.each(definitions.map((definition) => [`${groupVersion(definition)} ${definition.plural}`, definition] as const))(
  '%s',
  (_, definition) => {
    const { plural } = definition;
    const expected = recorded[groupVersion(definition)]?.filter(
      ({ name }) => name === plural || name.startsWith(`${plural}/`),
    );
    expect(describe(definition)).toEqual(expected);
  },
);

it('lists groups in the order of discovery', () => {
  const groups = [...new Set(definitions.map(groupVersion))];
  expect(groups).toEqual(Object.keys(recorded).filter((name) => groups.includes(name)));
});

function describe(definition: ResourceDefinition): Resource[] {
  const { plural, singular, namespaced, kind, shortNames, categories, verbs, subresources = {} } = definition;
  const readWrite = 'get,patch,update';
  const below = [
    ...(definition.status ? [{ name: 'status', kind, verbs: readWrite }] : []),
    ...(definition.scale
      ? [{ name: 'scale', kind: 'Scale', verbs: readWrite, group: 'autoscaling', version: 'v1' }]
      : []),
    ...Object.entries(subresources).map(([name, subresource]) => ({
      ...subresource,
      name,
      verbs: subresource.verbs.join(','),
    })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      ...(shortNames && { shortNames }),
      ...(categories && { categories }),
      verbs: verbs ? [...verbs].sort().join(',') : 'all',
    },
    ...below.map((subresource) => ({ ...subresource, name: `${plural}/${subresource.name}`, namespaced })),
  ];
}
