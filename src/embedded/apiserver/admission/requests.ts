import type { KubeObject } from '../../../kubernetes/object.ts';
import type { ApiError } from '../../../kubernetes/status.ts';
import { forbidden as forbiddenResource } from '../failures.ts';
import type { AdmissionRequest } from './chain.ts';

/** Whether a request is about a resource of the core group, or of another one. */
export function isAbout({ definition }: AdmissionRequest, plural: string, group = ''): boolean {
  return definition.plural === plural && definition.group === group;
}

/** The object as its kind. Only after `isAbout`. */
export function objectOf<T extends KubeObject>(request: AdmissionRequest): T {
  return request.object as unknown as T;
}

export function previousOf<T extends KubeObject>(request: AdmissionRequest): T {
  return request.previous as unknown as T;
}

/** Upstream's admission.NewForbidden: named by the name, or by what it will be generated from. */
export function refuse(request: AdmissionRequest, reason: string): ApiError {
  const { name, object, definition } = request;
  const known = name || object?.metadata.name || object?.metadata.generateName || 'Unknown';
  return forbiddenResource(definition, known, reason);
}
