import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @kubernetes/client-node is generated from Kubernetes' OpenAPI document: a class per definition, with the names, types
 * and formats of its fields as JSON in the .js file, and which of them are required in the .d.ts file.
 */
export interface ClientField {
  readonly name: string;
  /** "string", "Array<V1Container>", "{ [key: string]: string; }", … */
  readonly type: string;
  /** "int32", "int64", "byte", "date-time", … or empty. */
  readonly format: string;
  readonly required: boolean;
}

/** The classes of stable versions (V1Pod, CoreV1Event, …) with their fields. */
export function readClientModels(packageFolder: string): Map<string, readonly ClientField[]> {
  const folder = join(packageFolder, 'dist/gen/models');
  const models = new Map<string, readonly ClientField[]>();
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.js') || !/V\d+[A-Z]/.test(file)) continue;
    const name = file.slice(0, -'.js'.length);
    const attributes = readFileSync(join(folder, file), 'utf8').match(/attributeTypeMap = (\[[\s\S]*?\n?\]);/)?.[1];
    if (attributes === undefined) continue;
    const declaration = readFileSync(join(folder, `${name}.d.ts`), 'utf8');
    const required = new Set([...declaration.matchAll(/^ {4}'(.+)': /gm)].map(([, property]) => property));
    const fields = JSON.parse(attributes) as { name: string; baseName: string; type: string; format: string }[];
    models.set(
      name,
      fields.map(({ name, baseName, type, format }) => ({
        name: baseName,
        type,
        format,
        required: required.has(name),
      })),
    );
  }
  return models;
}
