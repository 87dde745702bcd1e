import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { IngressClass } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateIngressClass, validateIngressClassUpdate } from '../validation/ingress.ts';
import { ageColumn, column } from './columns/common.ts';
import { countGeneration } from './defaults/strategies.ts';

/** pkg/registry/networking/ingressclass and SetDefaults_IngressClass. */
export const ingressclass = defineResource<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  schema: 'io.k8s.api.networking.v1.IngressClass',

  validateName: nameIsDNSSubdomain,

  defaults({ spec }) {
    if (spec.parameters) spec.parameters.scope ??= 'Cluster';
  },

  prepareForCreate({ metadata }) {
    metadata.generation = 1;
  },
  prepareForUpdate: countGeneration,
  validateCreate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,

  columns: [
    column(
      'Controller',
      'string',
      'Controller that is responsible for handling this class',
      ({ spec }) => spec.controller ?? '',
    ),
    column('Parameters', 'string', 'A reference to a resource with additional parameters', ({ spec }) => {
      const parameters = spec.parameters;
      if (!parameters) return '<none>';
      const group = parameters.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
      return `${parameters.kind}${group}/${parameters.name}`;
    }),
    ageColumn(),
  ],
});
