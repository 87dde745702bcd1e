import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Lease } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { type FieldError, invalid } from '../validation/field.ts';
import { mustNotBeNegative, validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { ageColumn, column } from './columns/common.ts';

/** pkg/registry/coordination/lease and pkg/apis/coordination/validation. */
export const lease = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  schema: 'io.k8s.api.coordination.v1.Lease',

  validateName: nameIsDNSSubdomain,

  prepareForCreate: dropDisabledFields,
  prepareForUpdate: dropDisabledFields,
  validateCreate: ({ metadata, spec }) => [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain, anyFinalizer: true }),
    ...validateSpec(spec),
  ],
  validateUpdate: ({ metadata, spec }, current) => [
    ...validateObjectMetaUpdate(metadata, current.metadata, 'metadata', { anyFinalizer: true }),
    ...validateSpec(spec),
  ],
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,

  columns: [
    column(
      'Holder',
      'string',
      'holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, ' +
        'the holder identity must be equal to the elected LeaseCandidate.metadata.name field.',
      ({ spec }) => spec?.holderIdentity ?? '',
    ),
    ageColumn(),
  ],
});

/** CoordinatedLeaderElection, which is off. */
function dropDisabledFields({ spec }: Lease): void {
  delete spec?.strategy;
  delete spec?.preferredHolder;
}

function validateSpec(spec: Lease['spec']): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec ?? {};
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalid('spec.leaseTransitions', transitions, mustNotBeNegative));
  }
  return errors;
}
