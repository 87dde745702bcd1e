import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openEnvelope, ProtobufDecoder } from '../../../../src/embedded/apiserver/protobuf/decode.ts';
import { decode } from '../../../../src/embedded/apiserver/schema/decode.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';
import { ApiError } from '../../../../src/kubernetes/status.ts';
import { Random } from '../random.ts';

interface Recorded {
  /** What client-go sends, in base64 … */
  readonly bytes: string;
  /** … and the same object as JSON. */
  readonly json: { readonly apiVersion: string; readonly kind: string };
}

const schemas = Schemas.load();
const decoder = new ProtobufDecoder(schemas);
const file = new URL('./recordings/bodies.json', import.meta.url);
const recorded = (JSON.parse(readFileSync(file, 'utf8')) as Recorded[]).map((each) => [each.json.kind, each] as const);

const groups: Readonly<Record<string, string>> = { '': 'core', 'rbac.authorization.k8s.io': 'rbac' };
function schemaOf({ apiVersion, kind }: Recorded['json']): string {
  if (kind === 'DeleteOptions') return 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return `io.k8s.api.${groups[group!] ?? group!.split('.')[0]}.${version}.${kind}`;
}

describe('protocol buffers that client-go has written', () => {
  it.each(recorded)('stand for the same %s as its JSON', (_kind, { bytes, json }) => {
    const envelope = openEnvelope(Buffer.from(bytes, 'base64'));
    expect(envelope).toMatchObject({ apiVersion: json.apiVersion, kind: json.kind });
    const schema = schemaOf(json);
    const read = decode(schemas, schema, decoder.decode(envelope, schema));
    expect(read).toEqual(decode(schemas, schema, json));
    expect(read.complaints).toEqual([]);
  });
});

describe('protocol buffers that nobody has written', () => {
  it('are refused as the client’s mistake, wherever they end or are bent', () => {
    const random = new Random(7);
    for (const [, { bytes, json }] of recorded) {
      const body = Buffer.from(bytes, 'base64');
      for (let i = 0; i < 60; i++) {
        const bent = Buffer.from(body.subarray(0, 4 + random.below(body.length - 3)));
        for (let flips = random.below(4); flips > 0 && bent.length > 4; flips--) {
          bent[4 + random.below(bent.length - 4)] = random.below(256);
        }
        try {
          const schema = schemaOf(json);
          decode(schemas, schema, decoder.decode(openEnvelope(bent), schema));
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
          expect((error as ApiError).status.code).toBe(400);
        }
      }
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
