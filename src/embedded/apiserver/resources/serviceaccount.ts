import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ServiceAccount } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import type { FieldError } from '../validation/field.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { ageColumn, column } from './columns/common.ts';

const mountableSecrets = 'kubernetes.io/enforce-mountable-secrets';

/** pkg/registry/core/serviceaccount. */
export const serviceaccount = defineResource<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ServiceAccount',

  validateName: nameIsDNSSubdomain,

  prepareForCreate: keepSecretNames,
  prepareForUpdate: keepSecretNames,
  validateCreate: validate,
  validateUpdate: (object, current) => [
    ...validateObjectMetaUpdate(object.metadata, current.metadata),
    ...validate(object),
  ],
  warnings(object, current) {
    const isSet = (account: ServiceAccount) => Object.hasOwn(account.metadata.annotations ?? {}, mountableSecrets);
    if (!isSet(object) || (current && isSet(current))) return [];
    return [
      `metadata.annotations[${mountableSecrets}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
    ];
  },

  returnsDeletedObject: true,

  columns: [
    column(
      'Secrets',
      'string',
      'Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are ' +
        'allowed to use. Pods are only limited to this list if this service account has a ' +
        '"kubernetes.io/enforce-mountable-secrets" annotation set to "true". The ' +
        '"kubernetes.io/enforce-mountable-secrets" annotation is deprecated since v1.32. Prefer separate namespaces ' +
        'to isolate access to mounted secrets. This field should not be used to find auto-generated service account ' +
        'token secrets for use outside of pods. Instead, tokens can be requested directly using the TokenRequest API, ' +
        'or service account token secrets can be manually created. More info: ' +
        'https://kubernetes.io/docs/concepts/configuration/secret',
      ({ secrets = [] }) => secrets.length,
    ),
    ageColumn(),
  ],

  subresources: {
    token: { kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1', verbs: ['create'] },
  },
});

function keepSecretNames(draft: ServiceAccount): void {
  draft.secrets = draft.secrets?.map(({ name }) => (name === undefined ? {} : { name }));
  if (!draft.secrets) delete draft.secrets;
}

function validate({ metadata }: ServiceAccount): FieldError[] {
  return validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain });
}
