import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Secret } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateSecret, validateSecretUpdate } from '../validation/config-data.ts';
import { ageColumn, column } from './columns/common.ts';
import { keyPairWarnings } from './warnings/key-pair.ts';

/** pkg/registry/core/secret and SetDefaults_Secret. */
export const secret = defineResource<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Secret',

  validateName: nameIsDNSSubdomain,

  defaults(draft) {
    draft.type ||= 'Opaque';
    if (!draft.stringData) return;
    // A way to write, which is never read back.
    for (const [key, text] of Object.entries(draft.stringData)) {
      draft.data = { ...draft.data, [key]: Buffer.from(text).toString('base64') };
    }
    delete draft.stringData;
  },

  validateCreate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings: ({ type, data = {} }) =>
    type === 'kubernetes.io/tls' ? keyPairWarnings(data['tls.crt'], data['tls.key']) : [],

  selectableFields: { type: ({ type }) => type ?? '' },

  columns: [
    column(
      'Type',
      'string',
      'Used to facilitate programmatic handling of secret data. More info: ' +
        'https://kubernetes.io/docs/concepts/configuration/secret/#secret-types',
      ({ type }) => type ?? '',
    ),
    column(
      'Data',
      'string',
      "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The " +
        'serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly ' +
        'non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4',
      ({ data = {} }) => Object.keys(data).length,
    ),
    ageColumn(),
  ],
});
