import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { documentationFile, structureFile } from '../src/embedded/apiserver/schema/stored.ts';
import { readClientModels } from './schemas/client-node.ts';
import { compose } from './schemas/compose.ts';
import { readKubernetesModels } from './schemas/kubernetes-models.ts';

/**
 * Derives the schemas of the Kubernetes API from installed packages and the hand-written facts, and writes the files
 * that `Schemas.load` reads. Takes about a second.
 */
export function generateSchemas(output = resolve(import.meta.dirname, '../dist')): void {
  const require = createRequire(import.meta.url);
  const models = dirname(require.resolve('kubernetes-models/package.json'));
  const { structure, documentation } = compose(
    readClientModels(packageFolder(require, '@kubernetes/client-node')),
    readKubernetesModels(models, packageFolder(require, '@kubernetes-models/apimachinery')),
  );
  mkdirSync(output, { recursive: true });
  write(join(output, structureFile), structure);
  write(join(output, documentationFile), documentation);
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
