import { type FieldSet, leaf } from './field-set.ts';

/**
 * Fields that an endpoint of a resource ignores, whatever a request says, so that nobody comes to own them by it: the
 * status where objects are written, everything but the status where that is written. Upstream's GetResetFields.
 *
 * @param schemaName OpenAPI name of the object's type.
 * @param subresource '' for the object itself.
 */
export function resetFields(schemaName: string, subresource: string): FieldSet {
  if (subresource === '') return schemaName === certificateSigningRequest ? specAndStatus : status;
  if (subresource === 'status') return statusExceptions[schemaName] ?? spec;
  if (subresource === 'approval') return { 'f:spec': leaf, 'f:status': { 'f:certificate': leaf } };
  if (subresource === 'finalize') return status;
  return leaf;
}

const certificateSigningRequest = 'io.k8s.api.certificates.v1.CertificateSigningRequest';

const spec: FieldSet = { 'f:spec': leaf };
const status: FieldSet = { 'f:status': leaf };
const specAndStatus: FieldSet = { 'f:spec': leaf, 'f:status': leaf };
const specAndMetadata: FieldSet = { 'f:metadata': leaf, 'f:spec': leaf };

const statusExceptions: Readonly<Record<string, FieldSet>> = {
  'io.k8s.api.core.v1.Pod': {
    'f:metadata': { 'f:deletionTimestamp': leaf, 'f:ownerReferences': leaf },
    'f:spec': leaf,
  },
  'io.k8s.api.apps.v1.Deployment': { 'f:metadata': { 'f:labels': leaf }, 'f:spec': leaf },
  [certificateSigningRequest]: { 'f:spec': leaf, 'f:status': { 'f:conditions': leaf } },
  'io.k8s.api.flowcontrol.v1.FlowSchema': specAndMetadata,
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration': specAndMetadata,
  'io.k8s.api.storage.v1.VolumeAttachment': specAndMetadata,
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy': specAndMetadata,
};

/** Never owned by anybody: what names an object and what the API server fills in. */
export const unownedFields: FieldSet = {
  'f:apiVersion': leaf,
  'f:kind': leaf,
  'f:metadata': {
    '.': leaf,
    'f:clusterName': leaf,
    'f:creationTimestamp': leaf,
    'f:generation': leaf,
    'f:managedFields': leaf,
    'f:name': leaf,
    'f:namespace': leaf,
    'f:resourceVersion': leaf,
    'f:selfLink': leaf,
    'f:uid': leaf,
  },
};
