import { badRequest } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Pod, TokenRequest } from '../../../kubernetes/objects.ts';
import { timestamp } from '../../clock.ts';
import { apiAudiences, type ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import { decodeBody } from '../engine/decoding.ts';
import type { Engine } from '../engine/engine.ts';
import type { Body, WriteOptions } from '../engine/request.ts';
import { conflict, invalid as invalidObject } from '../failures.ts';
import { invalid } from '../validation/field.ts';
import type { SubresourceCall, SubresourceHandler } from './handler.ts';

const tokenRequestKind = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  schema: 'io.k8s.api.authentication.v1.TokenRequest',
};

const defaultSeconds = 3600;
const leastSeconds = 600;
const mostSeconds = 2 ** 32;
/** Asked for by the volumes that the ServiceAccount admission adds … */
const projectedSeconds = 3607;
/** … whose tokens last a year, so that programs that read theirs only once go on working. */
const extendedSeconds = 365 * 24 * 3600;

/** POST serviceaccounts/NAME/token */
export function tokenHandler(engine: Engine, tokens: ServiceAccountTokens): SubresourceHandler {
  return { ...tokenRequestKind, create: (call, body, options) => request(engine, tokens, call, body, options) };
}

async function request(
  engine: Engine,
  tokens: ServiceAccountTokens,
  { caller, definition, namespace, name }: SubresourceCall,
  body: Body,
  options: WriteOptions,
): Promise<KubeObject> {
  const wanted = decodeBody(engine.parts, tokenRequestKind, body, options, caller) as TokenRequest;
  const { metadata, spec } = wanted;
  const mismatch = (field: 'name' | 'namespace') =>
    invalidObject(tokenRequestKind, name, [
      invalid(`metadata.${field}`, metadata[field], `must match the service account ${field} if specified`),
    ]);
  if (metadata?.name && metadata.name !== name) throw mismatch('name');
  if (metadata?.namespace && metadata.namespace !== namespace) throw mismatch('namespace');
  const account = engine.get(definition, { namespace, name });
  const audiences = spec?.audiences?.length ? spec.audiences : [...apiAudiences];
  const expirationSeconds = spec?.expirationSeconds ?? defaultSeconds;
  checkDuration(expirationSeconds);
  const bound = spec?.boundObjectRef && boundObject(engine, namespace, name, spec.boundObjectRef);
  const extended =
    bound?.kind === 'Pod' &&
    expirationSeconds === projectedSeconds &&
    audiences.every((audience) => apiAudiences.includes(audience));
  const { token } = tokens.issue(
    account,
    audiences,
    extended ? extendedSeconds : expirationSeconds,
    bound,
    extended ? expirationSeconds : undefined,
  );
  const expiration = engine.clock.now() + expirationSeconds * 1000;
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(engine.clock) },
    spec: { audiences, expirationSeconds, boundObjectRef: spec?.boundObjectRef ?? null },
    status: { token, expirationTimestamp: `${new Date(expiration).toISOString().slice(0, 19)}Z` },
  } as KubeObject;
}

function checkDuration(seconds: number): void {
  const refuse = (why: string) =>
    invalidObject(tokenRequestKind, '', [invalid('spec.expirationSeconds', seconds, why)]);
  if (seconds < leastSeconds) throw refuse('may not specify a duration less than 10 minutes');
  if (seconds > mostSeconds) throw refuse('may not specify a duration larger than 2^32 seconds');
}

type ObjectRef = NonNullable<TokenRequest['spec']['boundObjectRef']>;

/** What the token is to be tied to. @throws ApiError NotFound, BadRequest, Conflict */
function boundObject(engine: Engine, namespace: string, account: string, ref: ObjectRef) {
  const { kind, name = '', uid } = ref;
  if (kind !== 'Pod' && kind !== 'Secret' && kind !== 'Node') {
    const [group, version] = ref.apiVersion?.includes('/') ? ref.apiVersion.split('/') : ['', ref.apiVersion ?? ''];
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind ?? ''}`);
  }
  const definition = engine.registry.kind('v1', kind)!;
  const found = engine.get(definition, { namespace: definition.namespaced ? namespace : '', name });
  if (kind === 'Pod' && (found as Pod).spec.serviceAccountName !== account) {
    throw badRequest(
      `cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`,
    );
  }
  if (uid && uid !== found.metadata.uid) {
    throw conflict(
      { group: '', plural: kind },
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  const nodeName = kind === 'Pod' ? (found as Pod).spec.nodeName : undefined;
  const node = nodeName ? engine.find(engine.registry.kind('v1', 'Node')!, '', nodeName) : undefined;
  return {
    kind,
    name,
    uid: found.metadata.uid ?? '',
    ...(nodeName && { node: { name: nodeName, uid: node?.metadata.uid ?? '' } }),
  } as const;
}
