import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * kubernetes-models is generated from the same OpenAPI document as @kubernetes/client-node, into declarations that keep
 * what the other drops: descriptions of fields that refer to another type, enums, and which strings are quantities.
 */
export interface Model {
  readonly description: string;
  /** Present on kinds. */
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly fields: ReadonlyMap<string, ModelField>;
}

export interface ModelField {
  readonly description: string;
  /** "string", "Array<IIoK8sApiCoreV1Container>", …; objects written out in place are cut short to "{". */
  readonly type: string;
  readonly enum?: readonly string[];
}

/** API group → the part of a definition's name before its version. */
const packages: Readonly<Record<string, string>> = {
  '': 'io.k8s.api.core',
  'admissionregistration.k8s.io': 'io.k8s.api.admissionregistration',
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
  apps: 'io.k8s.api.apps',
  'authentication.k8s.io': 'io.k8s.api.authentication',
  'authorization.k8s.io': 'io.k8s.api.authorization',
  autoscaling: 'io.k8s.api.autoscaling',
  batch: 'io.k8s.api.batch',
  'certificates.k8s.io': 'io.k8s.api.certificates',
  'coordination.k8s.io': 'io.k8s.api.coordination',
  'discovery.k8s.io': 'io.k8s.api.discovery',
  'events.k8s.io': 'io.k8s.api.events',
  'flowcontrol.apiserver.k8s.io': 'io.k8s.api.flowcontrol',
  'networking.k8s.io': 'io.k8s.api.networking',
  'node.k8s.io': 'io.k8s.api.node',
  policy: 'io.k8s.api.policy',
  'rbac.authorization.k8s.io': 'io.k8s.api.rbac',
  'scheduling.k8s.io': 'io.k8s.api.scheduling',
  'storage.k8s.io': 'io.k8s.api.storage',
};

/** Every definition of a stable version, by its OpenAPI name ("io.k8s.api.apps.v1.StatefulSet"). */
export function readKubernetesModels(packageFolder: string, apimachineryFolder: string): Map<string, Model> {
  const models = new Map<string, Model>();
  const read = (folder: string, prefix: string) => {
    for (const file of readdirSync(folder)) {
      if (!file.endsWith('.d.ts') || file === 'index.d.ts') continue;
      const name = file.slice(0, -'.d.ts'.length);
      models.set(`${prefix}.${name}`, parseModel(name, readFileSync(join(folder, file), 'utf8')));
    }
  };
  for (const [group, prefix] of Object.entries(packages)) {
    for (const version of ['v1', 'v2']) {
      const folder = join(packageFolder, group, version);
      if (existsSync(folder)) read(folder, `${prefix}.${version}`);
    }
  }
  read(join(apimachineryFolder, 'apis/meta/v1'), 'io.k8s.apimachinery.pkg.apis.meta.v1');
  read(join(apimachineryFolder, 'api/resource'), 'io.k8s.apimachinery.pkg.api.resource');
  read(join(apimachineryFolder, 'util/intstr'), 'io.k8s.apimachinery.pkg.util.intstr');
  read(join(apimachineryFolder, 'runtime'), 'io.k8s.apimachinery.pkg.runtime');
  return models;
}

/** The interface's own fields are indented by exactly four spaces; whatever is deeper belongs to an inner type. */
function parseModel(name: string, text: string): Model {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`export interface I${name} `));
  const fields = new Map<string, ModelField>();
  const literals = new Map<string, string>();
  let comment = '';
  let description = '';
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (/^( {4})?\/\*\*/.test(line)) {
      const end = lines.findIndex((other, at) => at >= index && other.trimEnd().endsWith('*/'));
      comment = commentText(lines.slice(index, end + 1));
      index = end;
    } else if (line.startsWith(`export interface I${name} `) || line.startsWith(`export declare type I${name} `)) {
      description = comment;
      comment = '';
    } else if (start >= 0 && index > start && line === '}') {
      break;
    } else if (start >= 0 && index > start) {
      const property = line.match(/^ {4}"(.+?)"\??: (.+?);?$/);
      if (!property) continue;
      const type = property[2] === '{' ? `{ ${lines[index + 1]!.trim()} }` : property[2]!;
      const values = [...type.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([literal]) => JSON.parse(literal) as string);
      if (values.length === 1 && comment === '') literals.set(property[1]!, values[0]!);
      fields.set(property[1]!, { description: comment, type, ...(values.length > 0 && { enum: values }) });
      comment = '';
    }
  }
  const apiVersion = literals.get('apiVersion');
  const kind = literals.get('kind');
  return { description, fields, ...(apiVersion && kind && { apiVersion, kind }) };
}

function commentText(lines: readonly string[]): string {
  const text = lines.map((line) => line.replace(/^\s*\/?\*{1,2}\/? ?/, '')).join('\n');
  return text
    .replace(/^\n+|\s+$/g, '')
    .replace(/\n@deprecated$/, '')
    .replaceAll('*\\/', '*/')
    .replaceAll('\\*', '*');
}
