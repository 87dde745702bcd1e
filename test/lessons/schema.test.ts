import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Capability } from '../../src/clusters/provider.ts';
import { capabilities, checksSchema, jsonSchemas } from '../../src/lessons/schema.ts';

const root = resolve(import.meta.dirname, '../..');

/** Editors read these files; `npx vitest run --project unit test/lessons/schema.test.ts --update` writes them. */
describe('the schemas for editors', () => {
  const { checks, frontMatter } = jsonSchemas();

  it.each([
    ['checks.generated.json', checks],
    ['front-matter.generated.json', frontMatter],
  ])('docs/schema/%s is up to date', async (name, schema) => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(resolve(root, 'docs/schema', name));
  });

  it('describe every key that an author may write below a task', () => {
    const task = find(checks, 'hints');
    const undescribed = Object.entries(task)
      .filter(([key]) => key !== 'id')
      .filter(([, schema]) => !JSON.stringify(schema).includes('"description"'))
      .map(([key]) => key);
    expect(undescribed).toEqual([]);
  });

  it("the product's first lesson meets the schema it points to", () => {
    const text = readFileSync(resolve(root, 'lessons/01-first-statefulset/checks.yaml'), 'utf8');
    const path = /\$schema=(\S+)/.exec(text)?.[1];
    expect(resolve(root, 'lessons/01-first-statefulset', path!)).toBe(
      resolve(root, 'docs/schema/checks.generated.json'),
    );
    expect(checksSchema.safeParse(parse(text)).success).toBe(true);
  });
});

it('knows the capabilities that providers declare', () => {
  const declared: readonly Capability[] = capabilities;
  const known: Record<Capability, true> = {
    namespaces: true,
    nodes: true,
    'node-failure': true,
    'storage-classes': true,
    'persistent-volumes': true,
    snapshots: true,
  };
  expect([...declared].sort()).toEqual(Object.keys(known).sort());
});

/** The properties of the mapping that has a key. */
function find(schema: unknown, key: string): Record<string, unknown> {
  if (typeof schema !== 'object' || schema === null) return {};
  const { properties } = schema as { properties?: Record<string, unknown> };
  if (properties && key in properties && 'title' in properties) return properties;
  for (const value of Object.values(schema)) {
    const found = find(value, key);
    if (Object.keys(found).length > 0) return found;
  }
  return {};
}
