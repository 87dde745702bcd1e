import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { NetworkPolicy } from '../../../kubernetes/objects.ts';
import { formatLabelSelector } from '../../../kubernetes/selectors.ts';
import { defineResource } from '../resource.ts';
import {
  networkPolicyWarnings,
  validateNetworkPolicy,
  validateNetworkPolicyUpdate,
} from '../validation/network-policy.ts';
import { ageColumn, column } from './columns/common.ts';
import { countGeneration } from './defaults/strategies.ts';

/** pkg/registry/networking/networkpolicy and SetDefaults_NetworkPolicy. */
export const networkpolicy = defineResource<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  schema: 'io.k8s.api.networking.v1.NetworkPolicy',

  validateName: nameIsDNSSubdomain,

  defaults({ spec }) {
    for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const port of ports ?? []) port.protocol ??= 'TCP';
    }
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
  },

  prepareForCreate({ metadata }) {
    metadata.generation = 1;
  },
  prepareForUpdate: countGeneration,
  validateCreate: validateNetworkPolicy,
  validateUpdate: validateNetworkPolicyUpdate,
  warnings: networkPolicyWarnings,

  columns: [
    column(
      'Pod-Selector',
      'string',
      'Selects the pods to which this NetworkPolicy object applies.  The array of ingress rules is applied to any ' +
        'pods selected by this field. Multiple network policies can select the same set of pods.  In this case, the ' +
        'ingress rules for each are combined additively. This field is NOT optional and follows standard label ' +
        'selector semantics. An empty podSelector matches all pods in this namespace.',
      ({ spec }) => formatLabelSelector(spec.podSelector),
    ),
    ageColumn(),
  ],
});
