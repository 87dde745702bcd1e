import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ConfigMap } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateConfigMap, validateConfigMapUpdate } from '../validation/config-data.ts';
import { ageColumn, column } from './columns/common.ts';

/** pkg/registry/core/configmap. */
export const configmap = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ConfigMap',

  validateName: nameIsDNSSubdomain,
  validateCreate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,

  columns: [
    column(
      'Data',
      'string',
      'Data contains the configuration data. Each key must consist of alphanumeric characters, ' +
        "'-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data " +
        'must not overlap with the keys in the BinaryData field, this is enforced during validation process.',
      ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    ),
    ageColumn(),
  ],
});
