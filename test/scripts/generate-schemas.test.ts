import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { generateSchemas } from '../../scripts/generate-schemas.ts';
import type { StoredStructure } from '../../src/embedded/apiserver/schema/stored.ts';

const folders: string[] = [];

function generate(): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  folders.push(folder);
  generateSchemas(folder);
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('generated schemas', () => {
  it('are the same each time', () => {
    const files = generate();
    expect(Object.keys(files)).toEqual(['schemas-documentation.json', 'schemas.json']);
    expect(generate()).toEqual(files);
  });

  it('are small where they are read at every start', () => {
    const { 'schemas.json': text } = generate();
    expect(text!.length).toBeLessThan(150_000);
    const { types } = JSON.parse(text!) as StoredStructure;
    expect(types['io.k8s.api.apps.v1.StatefulSetSpec']!.fields).toMatchObject({
      replicas: 'int32 pointer',
      template: 'io.k8s.api.core.v1.PodTemplateSpec required kept',
    });
  });
});
