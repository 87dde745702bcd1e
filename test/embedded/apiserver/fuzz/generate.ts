import { readFileSync } from 'node:fs';
import type { Random } from '../random.ts';

/** Requests as nobody in his right mind would send them, made of ones that make sense. */

interface Sample {
  readonly plural: string;
  readonly path: string;
  readonly object: Json;
  /** The same as client-go writes it in protocol buffers. */
  readonly protobuf: Buffer;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Buffer;
}

const recording = new URL('../protobuf/recordings/bodies.json', import.meta.url);
const clusterScoped = new Set(['ClusterRole', 'PersistentVolume', 'Node', 'SubjectAccessReview']);
const elsewhere: Readonly<Record<string, string>> = {
  Scale: '/apis/apps/v1/namespaces/default/statefulsets/kubia/scale',
  Eviction: '/api/v1/namespaces/default/pods/p/eviction',
  Binding: '/api/v1/namespaces/default/pods/p/binding',
  TokenRequest: '/api/v1/namespaces/default/serviceaccounts/default/token',
  DeleteOptions: '/api/v1/namespaces/default/pods/p',
};

export const samples: readonly Sample[] = (
  JSON.parse(readFileSync(recording, 'utf8')) as {
    bytes: string;
    json: { apiVersion: string; kind: string; metadata: object };
  }[]
).map(({ bytes, json }) => {
  const { apiVersion, kind } = json;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = kind === 'NetworkPolicy' ? 'networkpolicies' : `${kind.toLowerCase()}s`;
  const collection = clusterScoped.has(kind) ? `${root}/${plural}` : `${root}/namespaces/default/${plural}`;
  return {
    plural,
    path: elsewhere[kind] ?? collection,
    object: json as unknown as Json,
    protobuf: Buffer.from(bytes, 'base64'),
  };
});

const nasty: readonly Json[] = [
  null,
  true,
  '',
  ' ',
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  'x'.repeat(300),
  '%s%n',
  '🐙',
  '2026-13-45T99:99:99Z',
  '0001-01-01T00:00:00Z',
  '1e999Gi',
  '-0',
  '99999999999999999999999999999999999999999999',
  '1n',
  [],
  {},
  [[]],
  [null],
  [{}],
  { '': '' },
  '__proto__',
  'constructor',
];
const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '$patch', '$retainKeys', ''];

function nastyValue(random: Random): Json {
  return structuredClone(random.pick(nasty));
}

export function polluting(): Json {
  return JSON.parse(
    '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"a":{"__proto__":{"polluted":1}}}',
  );
}

/** A copy of the value, bent in a few places. */
export function bend(value: Json, random: Random): Json {
  let root = structuredCopy(value);
  for (let times = 1 + random.below(3); times > 0; times--) root = bendOnce(root, random);
  return root;
}

function bendOnce(value: Json, random: Random): Json {
  const inside = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!inside || random.chance(6)) return replacement(value, random);
  if (Array.isArray(value)) {
    const index = random.below(value.length);
    switch (random.below(5)) {
      case 0:
        return [...value, value[index]!];
      case 1:
        return value.filter((_, i) => i !== index);
      default:
        return value.map((item, i) => (i === index ? bendOnce(item, random) : item));
    }
  }
  const key = random.pick(Object.keys(value));
  switch (random.below(6)) {
    case 0:
      delete value[key];
      break;
    case 1:
      define(value, random.pick(keys), random.chance(2) ? polluting() : nastyValue(random));
      break;
    default:
      define(value, key, bendOnce(value[key]!, random));
  }
  return value;
}

function replacement(value: Json, random: Random): Json {
  switch (random.below(6)) {
    case 0:
      return polluting();
    case 1:
      return deep(random.below(200), random);
    case 2:
      return typeof value === 'string' ? value + random.pick(['', '\n', '-', '.', '/', '\u202e', 'é']) : [value];
    case 3:
      return Array.from({ length: random.below(50) }, () => nastyValue(random));
    default:
      return nastyValue(random);
  }
}

function deep(levels: number, random: Random): Json {
  let value: Json = nastyValue(random);
  for (let i = 0; i < levels; i++) value = random.chance(2) ? [value] : { a: value };
  return value;
}

function define(object: { [key: string]: Json }, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function structuredCopy(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** The same text with a few of its bytes changed, doubled or missing. */
export function bendText(text: string | Buffer, random: Random): Buffer {
  let bytes = Buffer.from(text);
  for (let times = 1 + random.below(4); times > 0 && bytes.length > 0; times--) {
    const at = random.below(bytes.length);
    switch (random.below(5)) {
      case 0:
        bytes = bytes.subarray(0, at);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(10))]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(snippets)), bytes.subarray(at)]);
        break;
      default:
        bytes = Buffer.from(bytes);
        bytes[at] = random.below(256);
    }
  }
  return bytes;
}

const snippets = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\u0000',
  '\\ud800',
  ',',
  ':',
  '*a',
  '&a ',
  '!!js/function ',
  '---\n',
  '\t',
];

const mediaTypes = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
  '',
  'application/json; charset=utf-8',
  'application/cbor',
];
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const words = [
  ...[
    'api',
    'apis',
    'v1',
    'apps',
    'namespaces',
    'default',
    'pods',
    'statefulsets',
    'kubia',
    'status',
    'scale',
    'watch',
  ],
  ...['proxy', 'log', 'exec', 'nodes', 'services', 'events', 'openapi', 'v3', 'healthz', 'version', 'metrics', 'token'],
  ...[
    '..',
    '.',
    '',
    '%2e%2e',
    '%2f',
    '%00',
    '%zz',
    '%',
    '__proto__',
    'constructor',
    'toString',
    '🐙',
    '%F0%9F',
    ';',
    '*',
  ],
  ...['http:kubia:80', ':::', 'https:x:y:z', 'x'.repeat(500), 'hasOwnProperty', 'apiservices', 'portforward', 'attach'],
];
const parameters = [
  ...['watch', 'labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'resourceVersionMatch'],
  ...['dryRun', 'fieldManager', 'fieldValidation', 'force', 'gracePeriodSeconds', 'propagationPolicy', 'pretty'],
  ...['orphanDependents', 'includeObject', 'container', 'command', 'stdin', 'tailLines', 'sinceTime', 'hash'],
  ...['ports', 'exclude', 'verbose', '__proto__', 'sendInitialEvents', 'timeout', 'limitBytes', 'sinceSeconds'],
];
const values = [
  ...['', '1', '0', '-1', 'true', 'false', 'All', 'Strict', 'a=b', 'a in (b,c)', '!a', 'a notin ()', 'a,,b', '(', '=='],
  ...[
    'metadata.name=kubia',
    'spec.nodeName!=x',
    'status.phase==\\',
    '__proto__=x',
    'constructor',
    'NotOlderThan',
    'Exact',
  ],
  ...['99999999999999999999', '1e5', 'NaN', '%00', '%ff', 'x'.repeat(400), 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTF9'],
  ...['Background', 'Orphan', 'Object', '2026-01-01T00:00:00Z', 'kubia', 'Foreground', '🐙', '%E0%A4%A', '/', '?a=b'],
];
const accepts = [
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/yaml',
  'application/yaml',
  '*/*;q=nope',
  ';;;,,,',
  'application/json;as=__proto__;v=constructor;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf',
];

function query(random: Random): string {
  const parts = Array.from(
    { length: 1 + random.below(4) },
    () =>
      `${random.pick(parameters)}=${random.chance(2) ? encodeURIComponent(random.pick(values)) : random.pick(values).replaceAll(/[ \\🐙#]/gu, '+')}`,
  );
  // A watch would last; these are for what is answered.
  return `?${parts.join('&')}&timeoutSeconds=${random.pick(['1', '0', '-1', 'x'])}`;
}

function randomPath(random: Random): string {
  const start = random.chance(2)
    ? ['api', 'v1', 'namespaces', 'default']
    : random.chance(2)
      ? ['apis', 'apps', 'v1']
      : [];
  const parts = Array.from({ length: random.below(6) }, () => random.pick(words));
  return encodeNonAscii(`/${[...start, ...parts].join('/')}`);
}

function encodeNonAscii(path: string): string {
  return path.replaceAll(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
}

function headers(random: Random): Record<string, string> {
  return {
    ...(random.chance(4) && { accept: random.pick(accepts) }),
    ...(random.chance(12) && { 'impersonate-user': random.pick(['jane', '__proto__', 'system:admin', ' ']) }),
    ...(random.chance(20) && { 'impersonate-extra-__proto__': 'x' }),
    ...(random.chance(20) && { 'if-none-match': '"x"' }),
    ...(random.chance(20) && { 'audit-id': '<script>' }),
    ...(random.chance(20) && { 'accept-encoding': 'gzip, br;q=x' }),
  };
}

function nameOf(object: Json): string {
  const { metadata } = object as { metadata?: { name?: string } };
  return metadata?.name ?? 'x';
}

function withBody(random: Random): FuzzRequest {
  const { path, object, protobuf } = random.pick(samples);
  const type = random.chance(4) ? random.pick(mediaTypes) : 'application/json';
  const put = random.chance(3);
  const text = JSON.stringify(bend(object, random));
  const body =
    type === 'application/vnd.kubernetes.protobuf'
      ? Buffer.concat([protobuf.subarray(0, 4), bendText(protobuf.subarray(4), random)])
      : random.chance(4)
        ? bendText(text, random)
        : text;
  return {
    method: path.endsWith('/p') ? 'DELETE' : put ? 'PUT' : 'POST',
    path: (put ? `${path}/${encodeURIComponent(nameOf(object))}` : path) + (random.chance(5) ? query(random) : ''),
    headers: { ...headers(random), 'content-type': type },
    body,
  };
}

function withPatch(random: Random): FuzzRequest {
  const { path, object } = random.pick(samples);
  const type = random.pick(patchTypes);
  const patch = type.includes('json-patch') ? jsonPatch(object, random) : mergePatch(object, random);
  const text = JSON.stringify(patch);
  const applying = type.includes('apply')
    ? `?fieldManager=${random.pick(['a', 'b', ''])}&force=${random.pick(['true', 'false'])}`
    : '';
  const part = random.pick(['', '', '', '/status', '/scale', '/approval', '/ephemeralcontainers', '/resize', '/nope']);
  return {
    method: 'PATCH',
    path: `${path}/${nameOf(object)}${part}${applying || (random.chance(5) ? query(random) : '')}`,
    headers: { ...headers(random), 'content-type': type },
    body: random.chance(6) ? bendText(text, random) : text,
  };
}

function mergePatch(object: Json, random: Random): Json {
  const bent = bend(object, random);
  if (!random.chance(3) || typeof bent !== 'object' || bent === null || Array.isArray(bent)) return bent;
  define(
    bent,
    random.pick(['$patch', '$setElementOrder/containers', '$deleteFromPrimitiveList/finalizers', '$retainKeys']),
    random.pick([...nasty, 'replace', 'delete', 'merge', ['a']]),
  );
  return bent;
}

function jsonPatch(object: Json, random: Random): Json {
  return Array.from({ length: 1 + random.below(4) }, () => {
    const path = random.chance(4)
      ? random.pick([
          '',
          '/',
          '/__proto__/polluted',
          '/constructor/prototype/polluted',
          '/~2',
          'x',
          '/metadata/-',
          '/spec/ports/01',
        ])
      : pointer(object, random);
    return {
      op: random.pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'nope', '__proto__']),
      path,
      ...(random.chance(2) && { from: pointer(object, random) }),
      ...(!random.chance(5) && { value: random.chance(3) ? polluting() : nastyValue(random) }),
    };
  }) as Json;
}

function pointer(value: Json, random: Random): string {
  let path = '';
  let at = value;
  while (typeof at === 'object' && at !== null && Object.keys(at).length > 0 && !random.chance(5)) {
    const key = random.pick(Object.keys(at));
    path += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    at = (at as { [key: string]: Json })[key]!;
  }
  return path + (random.chance(5) ? random.pick(['/-', '/0', '/-1', '/x', '/__proto__', '/length']) : '');
}

function withoutBody(random: Random): FuzzRequest {
  const { path, object } = random.pick(samples);
  const known = random.chance(2) ? path : `${path}/${nameOf(object)}`;
  return {
    method: random.pick(['GET', 'GET', 'GET', 'GET', 'HEAD', 'DELETE', 'POST', 'PUT', 'PATCH', 'OPTIONS']),
    path: (random.chance(2) ? known : randomPath(random)) + (random.chance(3) ? '' : query(random)),
    headers: headers(random),
  };
}

export function fuzzRequest(random: Random): FuzzRequest {
  return random.pick([withBody, withBody, withPatch, withPatch, withoutBody])(random);
}
