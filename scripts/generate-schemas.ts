import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import {
  documentationFile,
  type StoredDocumentation,
  type StoredStructure,
  structureFile,
} from '../src/embedded/apiserver/schema/stored.ts';
import { readClientModels } from './schemas/client-node.ts';
import { composeTypes } from './schemas/compose.ts';
import { readKubernetesModels } from './schemas/kubernetes-models.ts';
import { readParameters } from './schemas/parameters.ts';

const root = resolve(import.meta.dirname, '..');

/**
 * Derives the schemas of the Kubernetes API from installed packages and the hand-written facts, and writes the files
 * that `Schemas.load` reads. Takes about a second.
 */
export function generateSchemas(output = join(root, 'dist')): void {
  const require = createRequire(import.meta.url);
  const models = dirname(require.resolve('kubernetes-models/package.json'));
  const client = packageFolder(require, '@kubernetes/client-node');
  const composed = composeTypes(
    readClientModels(client),
    readKubernetesModels(models, packageFolder(require, '@kubernetes-models/apimachinery')),
  );
  const documentation: StoredDocumentation = {
    types: composed.documentation,
    parameters: readParameters(client),
  };
  const structure: StoredStructure = { fingerprint: fingerprint(composed.types, documentation), types: composed.types };
  mkdirSync(output, { recursive: true });
  write(join(output, structureFile), structure);
  write(join(output, documentationFile), documentation);
}

/** Covers everything that OpenAPI documents are made from, their code included: clients cache them by it. */
function fingerprint(...parts: readonly object[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(JSON.stringify(part));
  const code = join(root, 'src/embedded/apiserver/openapi');
  for (const file of readdirSync(code).sort()) hash.update(readFileSync(join(code, file)));
  return hash.digest('hex');
}

/** Some packages do not export their package.json, so the folder is looked for as Node looks for the package. */
function packageFolder(require: NodeJS.Require, name: string): string {
  const main = require.resolve(name);
  return main.slice(0, main.lastIndexOf(join('node_modules', name)) + join('node_modules', name).length);
}

/** Renamed into place, so that a reader beside a running build never sees half a file. */
function write(file: string, content: object): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(content));
  renameSync(temporary, file);
}

/** `node scripts/run.mjs scripts/generate-schemas.ts [output]` */
export function main([output]: readonly string[]): void {
  generateSchemas(output);
}
