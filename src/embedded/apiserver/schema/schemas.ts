import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentationFile, type StoredDocumentation, type StoredStructure, structureFile } from './stored.ts';
import { readTypes, type StructType } from './types.ts';

/** The types of the Kubernetes API, as derived from installed packages when Ordinal was built. */
export class Schemas {
  /** Differs between builds that describe the API differently. */
  readonly fingerprint: string;
  readonly #types: ReadonlyMap<string, StructType>;
  readonly #readDocumentation: () => StoredDocumentation;

  constructor(structure: StoredStructure, readDocumentation: () => StoredDocumentation) {
    this.fingerprint = structure.fingerprint;
    this.#types = readTypes(structure);
    this.#readDocumentation = readDocumentation;
  }

  /**
   * Reads the files that lie beside the running program, or in dist/ of the checkout it runs from.
   * @throws Error when they have not been built.
   */
  static load(): Schemas {
    const folder = findFolder(dirname(fileURLToPath(import.meta.url)));
    const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown;
    return new Schemas(read(structureFile) as StoredStructure, () => read(documentationFile) as StoredDocumentation);
  }

  /**
   * @param name as in OpenAPI documents: "io.k8s.api.apps.v1.StatefulSet".
   * @throws Error for a name that no package has.
   */
  type(name: string): StructType {
    const type = this.#types.get(name);
    if (!type)
      throw new Error(`There is no schema "${name}". Names are those of OpenAPI documents: "io.k8s.api.core.v1.Pod".`);
    return type;
  }

  has(name: string): boolean {
    return this.#types.has(name);
  }

  /** Descriptions, enums, kinds and parameters, read from disk each time: they are megabytes that few need twice. */
  documentation(): StoredDocumentation {
    return this.#readDocumentation();
  }
}

function findFolder(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    for (const candidate of [folder, join(folder, 'dist')]) {
      if (existsSync(join(candidate, structureFile))) return candidate;
    }
    if (dirname(folder) === folder) {
      throw new Error(`${structureFile} is neither in ${start} nor in a dist/ above it. Run "npm run build" first.`);
    }
  }
}
