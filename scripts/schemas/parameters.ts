import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredDocumentation, StoredParameter } from '../../src/embedded/apiserver/schema/stored.ts';

/** A request of @kubernetes/client-node that has the parameters of its kind of operation, and no others. */
const examples: Readonly<Record<string, string>> = {
  list: 'AppsV1ApiListNamespacedStatefulSetRequest',
  create: 'AppsV1ApiCreateNamespacedStatefulSetRequest',
  update: 'AppsV1ApiReplaceNamespacedStatefulSetRequest',
  patch: 'AppsV1ApiPatchNamespacedStatefulSetRequest',
  delete: 'AppsV1ApiDeleteNamespacedStatefulSetRequest',
  deletecollection: 'AppsV1ApiDeleteCollectionNamespacedStatefulSetRequest',
  get: 'AppsV1ApiReadNamespacedStatefulSetRequest',
  'pods/attach': 'CoreV1ApiConnectGetNamespacedPodAttachRequest',
  'pods/exec': 'CoreV1ApiConnectGetNamespacedPodExecRequest',
  'pods/log': 'CoreV1ApiReadNamespacedPodLogRequest',
  'pods/portforward': 'CoreV1ApiConnectGetNamespacedPodPortforwardRequest',
  'pods/proxy': 'CoreV1ApiConnectGetNamespacedPodProxyRequest',
  'services/proxy': 'CoreV1ApiConnectGetNamespacedServiceProxyRequest',
  'nodes/proxy': 'CoreV1ApiConnectGetNodeProxyRequest',
};

/** Parts of the path and the body: not query parameters. */
const others = new Set(['name', 'namespace', 'body']);

export function readParameters(packageFolder: string): StoredDocumentation['parameters'] {
  const text = readFileSync(join(packageFolder, 'dist/gen/types/ObjectParamAPI.d.ts'), 'utf8');
  const parameters: Record<string, readonly StoredParameter[]> = {};
  for (const [operation, request] of Object.entries(examples)) {
    const start = text.indexOf(`export interface ${request} {`);
    if (start < 0)
      throw new Error(`@kubernetes/client-node has no ${request}. Name another example of "${operation}".`);
    parameters[operation] = parse(text.slice(start, text.indexOf('\n}', start)));
  }
  return parameters;
}

function parse(declaration: string): StoredParameter[] {
  const fields = declaration.matchAll(/\/\*\*\n([\s\S]*?)\*\/\n\s*(\w+)\??: (\w+)/g);
  return [...fields].flatMap(([, comment, name, declared]) => {
    if (others.has(name!)) return [];
    const lines = comment!.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
    const end = lines.findIndex((line) => line.startsWith('Defaults to: ') || line.startsWith('@'));
    const description = withLines(plainText(lines.slice(0, end).join(' ').trim()));
    const type = declared === 'number' ? 'integer' : declared === 'boolean' ? 'boolean' : 'string';
    return [{ name: name === '_continue' ? 'continue' : name!, type, description }];
  });
}

/** The package escapes for HTML, and quotes for Markdown. */
function plainText(text: string): string {
  const named: Readonly<Record<string, string>> = { quot: '"', lt: '<', gt: '>', amp: '&' };
  return text
    .replace(/\\?&(?:#x([0-9A-F]+)|#(\d+)|(\w+));/g, (whole, hex?: string, decimal?: string, name = '') =>
      hex || decimal ? String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)) : (named[name] ?? whole),
    )
    .replace(/\\(["'`])/g, '$1');
}

/** Lines have been run together: paragraphs with two spaces between them, indented lines with three. */
function withLines(text: string): string {
  return text
    .replace(/ {3}/g, '\n  ')
    .replace(/([.:]) {2}(?=[A-Z`])/g, '$1\n\n')
    .replace(/\. - `/g, '.\n- `');
}
