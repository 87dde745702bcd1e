import { humanDuration } from '../../../kubernetes/durations.ts';
import type { CertificateSigningRequest } from '../../../kubernetes/objects.ts';
import { timestamp } from '../../clock.ts';
import { defineResource, type WriteContext } from '../resource.ts';
import {
  validateCertificateSigningRequest,
  validateCertificateSigningRequestUpdate,
} from '../validation/certificates.ts';
import type { FieldError } from '../validation/field.ts';
import { ageColumn, column } from './columns/common.ts';

type Status = NonNullable<CertificateSigningRequest['status']>;

/** pkg/registry/certificates/certificates. Who asks is not for the request to say. */
export const certificatesigningrequest = defineResource<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  namespaced: false,
  schema: 'io.k8s.api.certificates.v1.CertificateSigningRequest',

  validateName: () => [],

  prepareForCreate(draft, { user }) {
    const { username: _, uid: __, groups: ___, extra: ____, ...spec } = draft.spec;
    draft.spec = {
      ...spec,
      ...(user.name && { username: user.name }),
      ...(user.uid && { uid: user.uid }),
      ...(user.groups.length > 0 && { groups: [...user.groups] }),
      ...(user.extra &&
        Object.keys(user.extra).length > 0 && {
          extra: Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]])),
        }),
    };
    draft.status = {};
  },
  prepareForUpdate(draft, current) {
    draft.spec = current.spec;
    draft.status = current.status ?? {};
  },
  validateCreate: (object) => validateCertificateSigningRequest(object),
  validateUpdate: (object, current) => validateCertificateSigningRequestUpdate(object, current, 'request'),

  status: {
    prepareForUpdate(draft, current, context) {
      for (const type of ['Approved', 'Denied']) keepConditions(draft, current, type);
      fillConditionTimes(draft, current, context);
    },
    validateUpdate: (object, current) => validateCertificateSigningRequestUpdate(object, current, 'status'),
  },
  subresources: { approval: { kind: 'CertificateSigningRequest', verbs: ['get', 'patch', 'update'] } },
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },

  columns: [
    ageColumn(),
    column(
      'SignerName',
      'string',
      'Requested signer for the request. It is a qualified name in the form: `scope-hostname.io/name`. If empty, it ' +
        "will be defaulted:\n 1. If it's a kubelet client certificate, it is assigned\n    " +
        '"kubernetes.io/kube-apiserver-client-kubelet".\n 2. If it\'s a kubelet serving certificate, it is assigned\n' +
        '    "kubernetes.io/kubelet-serving".\n 3. Otherwise, it is assigned "kubernetes.io/legacy-unknown".\n' +
        'Distribution of trust for signers happens out of band. You can select on this field using `spec.signerName`.',
      ({ spec }) => spec.signerName || '<none>',
    ),
    column('Requestor', 'string', 'Base64-encoded PKCS#10 CSR data', ({ spec }) => spec.username ?? ''),
    column(
      'RequestedDuration',
      'string',
      'expirationSeconds is the requested duration of validity of the issued certificate. The certificate signer may ' +
        'issue a certificate with a different validity duration so a client must check the delta between the notBefore ' +
        'and and notAfter fields in the issued certificate to determine the actual duration.\n\nThe v1.22+ in-tree ' +
        'implementations of the well-known Kubernetes signers will honor this field as long as the requested duration ' +
        'is not greater than the maximum duration they will honor per the --cluster-signing-duration CLI flag to the ' +
        'Kubernetes controller manager.\n\nCertificate signers may not honor this field for various reasons:\n\n  1. ' +
        'Old signer that is unaware of the field (such as the in-tree\n     implementations prior to v1.22)\n  2. ' +
        'Signer whose configured maximum is shorter than the requested duration\n  3. Signer whose configured minimum ' +
        'is longer than the requested duration\n\nThe minimum valid value for expirationSeconds is 600, i.e. 10 minutes.',
      ({ spec }) => (spec.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000)),
    ),
    column('Condition', 'string', 'Conditions applied to the request, such as approval or denial.', ({ status }) =>
      summarize(status),
    ),
  ],
});

/** PUT and PATCH of the approval subresource: conditions change, nothing else does. */
export const certificateApproval = {
  prepareForUpdate(draft: CertificateSigningRequest, current: CertificateSigningRequest, context: WriteContext): void {
    fillConditionTimes(draft, current, context);
    const conditions = draft.status?.conditions;
    draft.spec = current.spec;
    const { conditions: _, ...status } = current.status ?? {};
    draft.status = conditions?.length ? { ...status, conditions } : status;
  },
  validateUpdate(object: CertificateSigningRequest, current: CertificateSigningRequest): FieldError[] {
    return validateCertificateSigningRequestUpdate(object, current, 'approval');
  },
};

/** Puts stored conditions back in place, unless some were added or removed: that is for validation to refuse. */
function keepConditions(draft: CertificateSigningRequest, current: CertificateSigningRequest, type: string): void {
  const before = current.status?.conditions?.filter((condition) => condition.type === type) ?? [];
  const conditions = draft.status?.conditions ?? [];
  const positions = [...conditions.keys()].filter((index) => conditions[index]!.type === type);
  if (positions.length !== before.length) return;
  for (const [index, position] of positions.entries()) conditions[position] = before[index]!;
}

function fillConditionTimes(
  draft: CertificateSigningRequest,
  current: CertificateSigningRequest,
  { clock }: WriteContext,
): void {
  const now = timestamp(clock);
  for (const condition of draft.status?.conditions ?? []) {
    condition.lastUpdateTime ||= now;
    condition.lastTransitionTime ||=
      current.status?.conditions?.find(({ type, status }) => type === condition.type && status === condition.status)
        ?.lastTransitionTime ?? now;
  }
}

function summarize(status: Status | undefined): string {
  const types = new Set<string>(status?.conditions?.map(({ type }) => type));
  const verdict = types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : 'Pending';
  return [verdict, ...(types.has('Failed') ? ['Failed'] : []), ...(status?.certificate ? ['Issued'] : [])].join(',');
}
