import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ResourceDefinition, WriteContext } from '../../../../src/embedded/apiserver/resource.ts';
import { decode } from '../../../../src/embedded/apiserver/schema/decode.ts';
import { Schemas } from '../../../../src/embedded/apiserver/schema/schemas.ts';
import { type FieldError, toCause } from '../../../../src/embedded/apiserver/validation/field.ts';
import { validateObjectMetaUpdate } from '../../../../src/embedded/apiserver/validation/object-meta.ts';
import { ManualClock } from '../../../../src/embedded/clock.ts';
import type { KubeObject, ObjectMeta } from '../../../../src/kubernetes/object.ts';
import { ApiError } from '../../../../src/kubernetes/status.ts';

/**
 * What a Kubernetes 1.33.13 cluster answered to objects sent with `?dryRun=All&fieldValidation=Strict`, in
 * recordings/<plural>.json, held against what a definition makes of the same objects. In the recordings "UID" stands for
 * the object's UID, "NOW" for the time of the request, and every pointer is the same.
 */
interface Recording {
  /** Name, type, format, priority and description of each column after the object's name. */
  readonly columns?: readonly (readonly [string, string, string, number, string])[];
  readonly create?: readonly (Answer & { readonly object: KubeObject })[];
  /** `patch` is merged into what became of `base`, and the result sent as an update; likewise of the status. */
  readonly update?: readonly Update[];
  readonly status?: readonly Update[];
}

interface Answer {
  readonly title: string;
  /** Without apiVersion, kind and the metadata that every object gets. */
  readonly result?: Readonly<Record<string, unknown>>;
  readonly cells?: readonly unknown[];
  readonly warnings?: readonly string[];
  /** Of a refusal: reason, field and message of each. */
  readonly causes?: readonly (readonly [string, string, string])[];
  /** Of a refusal without causes. */
  readonly code?: number;
  readonly message?: string;
}

type Update = Answer & { readonly base: KubeObject; readonly patch: unknown };

type Outcome = Omit<Answer, 'title'>;

/** What updates a part of the object: the status by default, or a subresource such as a request's approval. */
type Strategy = NonNullable<ResourceDefinition['status']>;

export interface RecordedOptions {
  /** The file's name where it is not the plural. */
  readonly recording?: string;
  readonly strategy?: Strategy;
  /** What our definition warns of besides, when it accepts a new object. */
  readonly warning?: string;
  /** Titles of recordings that are not to be matched word for word, and why. */
  readonly except?: Readonly<Record<string, string>>;
}

const schemas = Schemas.load();
const clock = new ManualClock(Date.UTC(2026, 10, 21, 12));
const now = '2026-11-21T12:00:00Z';

/** The administrator who made the recordings, at noon of the day they were made. */
export const context: WriteContext = {
  clock,
  user: {
    name: 'kubernetes-admin',
    groups: ['kubeadm:cluster-admins', 'system:authenticated'],
    extra: {
      'authentication.kubernetes.io/credential-id': [
        'X509SHA256=08ce1f98e21a4b4d2c6a7ab8e4b1bff97f67b0e727fd851567a8bed77f65bd96',
      ],
    },
  },
  dryRun: true,
  get: () => undefined,
  list: () => [],
  reserve: () => true,
  release: () => {},
};

export function describeRecorded(definition: ResourceDefinition, options: RecordedOptions = {}): void {
  const file = new URL(`./recordings/${options.recording ?? definition.plural}.json`, import.meta.url);
  const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  const check = ({ title, ...expected }: Answer, outcome: () => Outcome) => {
    const reason = options.except?.[title];
    it(reason ? `${title} (${reason})` : title, () => {
      const { cells, ...actual } = outcome();
      if (reason) expect(places(actual.causes)).toEqual(places(expected.causes));
      else expect(expected.cells ? { ...actual, cells } : actual).toEqual(expected);
    });
  };

  describe(`${definition.group}/${definition.version} ${definition.kind}`, () => {
    if (recording.columns) {
      it('has the recorded columns', () => {
        const own = definition.columns.map(({ name, type, format = '', priority, description }) => {
          return [name, type, format, priority, description];
        });
        expect(own).toEqual(recording.columns);
      });
    }
    if (recording.create) {
      describe('create', () => {
        for (const { object, ...answer } of recording.create!) {
          const warnings = [...(answer.warnings ?? []), ...(options.warning ? [options.warning] : [])];
          const expected = answer.result && warnings.length > 0 ? { ...answer, warnings } : answer;
          check(expected, () => attempt(definition, () => create(definition, object)));
        }
      });
    }
    for (const operation of ['update', 'status'] as const) {
      if (!recording[operation]) continue;
      describe(operation, () => {
        for (const { base, patch, ...answer } of recording[operation] ?? []) {
          check(answer, () => {
            const { object: stored } = create(definition, base);
            const sent = merge(stored, patch);
            if (operation === 'update') return attempt(definition, () => update(definition, sent, stored), stored);
            const strategy = options.strategy ?? definition.status!;
            return attempt(definition, () => updateStatus(definition, strategy, sent, stored));
          });
        }
      });
    }
  });
}

interface Attempt {
  readonly object: KubeObject;
  readonly errors: readonly FieldError[];
  readonly warnings: readonly string[];
}

function create(definition: ResourceDefinition, sent: KubeObject): Attempt {
  const object = read(definition, sent);
  object.metadata = { ...object.metadata, uid: 'UID', creationTimestamp: now };
  if (definition.namespaced) object.metadata.namespace = 'c2';
  delete object.metadata.generation;
  definition.prepareForCreate?.(object, context);
  const errors = definition.validateCreate?.(object, context) ?? [];
  return { object, errors, warnings: errors.length > 0 ? [] : (definition.warnings?.(object, undefined) ?? []) };
}

function update(definition: ResourceDefinition, sent: unknown, current: KubeObject): Attempt {
  const object = readUpdate(definition, sent, current);
  definition.prepareForUpdate?.(object, current, context);
  const errors = [
    ...validateObjectMetaUpdate(object.metadata, current.metadata),
    ...(definition.validateUpdate?.(object, current, context) ?? []),
  ];
  return { object, errors, warnings: errors.length > 0 ? [] : (definition.warnings?.(object, current) ?? []) };
}

function updateStatus(definition: ResourceDefinition, strategy: Strategy, sent: unknown, current: KubeObject): Attempt {
  const decoded = readUpdate(definition, sent, current) as KubeObject & { status?: unknown };
  const object = { ...structuredClone(current), metadata: decoded.metadata, status: decoded.status };
  strategy.prepareForUpdate?.(object, current, context);
  return { object, errors: strategy.validateUpdate?.(object, current, context) ?? [], warnings: [] };
}

function read(definition: ResourceDefinition, sent: unknown): KubeObject {
  const { object, complaints } = decode(schemas, definition.schema, sent);
  expect(complaints).toEqual([]);
  definition.defaults?.(object);
  return object;
}

function readUpdate(definition: ResourceDefinition, sent: unknown, current: KubeObject): KubeObject {
  const object = read(definition, sent);
  const { generation } = current.metadata;
  object.metadata = { ...object.metadata, resourceVersion: '1' };
  if (generation === undefined) delete object.metadata.generation;
  else object.metadata.generation = generation;
  return object;
}

/** @param keeping the stored object whose status a write must not touch; the recordings leave it out */
function attempt(definition: ResourceDefinition, run: () => Attempt, keeping?: KubeObject): Outcome {
  try {
    const { object, errors, warnings } = run();
    const answered = warnings.length > 0 ? { warnings } : {};
    if (errors.length > 0) return { code: 422, causes: errors.map(cause) };
    const cells = definition.columns.map(({ value }) => normalize(value(object, clock.now())));
    const result = shown(object);
    if (keeping) {
      expect(result.status).toEqual(shown(keeping).status);
      delete result.status;
    }
    return { ...answered, result, cells: [object.metadata.name, ...cells] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { code: error.code, message: error.message };
  }
}

function cause(error: FieldError): [string, string, string] {
  const { reason, field, message } = toCause(error);
  return [reason!, field!, message!];
}

function places(causes: Answer['causes']) {
  return causes?.map(([type, field]) => [type, field]);
}

const given: readonly (keyof ObjectMeta)[] = ['name', 'namespace', 'uid', 'creationTimestamp', 'resourceVersion'];

/** As the recordings show an object. */
function shown(object: KubeObject): Record<string, unknown> {
  const { apiVersion: _, kind: __, metadata, ...rest } = normalize(object) as KubeObject;
  const kept = Object.entries(metadata).filter(([key]) => !given.includes(key as keyof ObjectMeta));
  return { ...(kept.length > 0 && { metadata: Object.fromEntries(kept) }), ...rest };
}

function normalize(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null).replaceAll(now, 'NOW'));
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return structuredClone(patch);
  const result = isRecord(target) ? structuredClone(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
