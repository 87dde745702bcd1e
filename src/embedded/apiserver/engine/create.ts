import { badRequest, generateNameConflict } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { alreadyExists, groupResource } from '../failures.ts';
import { clone } from '../json.ts';
import type { ResourceDefinition } from '../resource.ts';
import { decodeBody } from './decoding.ts';
import { dedupOwnerReferences, ensureNamespace, generateName, wipeSystemFields } from './metadata.ts';
import type { EngineParts } from './parts.ts';
import type { Body, Caller, WriteOptions } from './request.ts';
import { transact } from './transaction.ts';
import { admissionRequest, finishNew, recordManager, type WriteRequest } from './write.ts';

/** Names that are tried before generateName gives up: enough for a million objects of one prefix. */
const attempts = 8;

/**
 * @param namespace '' for cluster-scoped kinds.
 * @throws ApiError BadRequest, Invalid, AlreadyExists, or what admission says.
 */
export async function create(
  parts: EngineParts,
  caller: Caller,
  definition: ResourceDefinition,
  namespace: string,
  body: Body,
  options: WriteOptions = {},
): Promise<KubeObject> {
  const request: WriteRequest = { parts, caller, definition, namespace, subresource: '', options };
  const draft = decodeBody(parts, definition, body, options, caller);
  wipeSystemFields(draft.metadata);
  ensureNamespace(draft.metadata, definition.namespaced ? namespace : '');
  if (draft.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  dedupOwnerReferences(draft, caller, false);
  recordManager(request, draft, undefined);
  const prefix = draft.metadata.name ? undefined : draft.metadata.generateName;
  if (!prefix) return write(request, draft, draft.metadata.name ?? '');
  for (let attempt = 1; ; attempt++) {
    const name = generateName(prefix);
    try {
      return await write(request, clone(draft), name);
    } catch (error) {
      if (!ApiError.is(error, 'AlreadyExists')) throw error;
      if (attempt === attempts) throw generateNameConflict(groupResource(definition), name, 1);
    }
  }
}

function write(request: WriteRequest, draft: KubeObject, name: string): Promise<KubeObject> {
  const { parts, caller, definition, namespace, options } = request;
  return transact(parts, caller, definition, { namespace, name }, options.dryRun ?? false, (current, transaction) => {
    const given = draft.metadata.name ?? '';
    parts.admission.mutate(admissionRequest(request, 'CREATE', given, draft, undefined), transaction);
    dedupOwnerReferences(draft, caller, true);
    draft.metadata.name = name;
    finishNew(request, draft, transaction);
    if (current) {
      const error = alreadyExists(definition, name);
      throw current.metadata.deletionTimestamp ? withPrefix(error, 'object is being deleted: ') : error;
    }
    return { next: draft };
  });
}

function withPrefix({ status }: ApiError, prefix: string): ApiError {
  return new ApiError(status.code, status.reason, prefix + status.message, status.details);
}
