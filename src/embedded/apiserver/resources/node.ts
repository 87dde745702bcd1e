import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Node } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { cidrWarnings } from '../validation/ip.ts';
import { validateNode, validateNodeUpdate } from '../validation/node.ts';
import { ageColumn, column, wideColumn } from './columns/common.ts';
import { defaultResourceList } from './defaults/resource-list.ts';
import { keepStatus } from './defaults/strategies.ts';

const addresses =
  'List of addresses reachable to the node. Queried from cloud provider, if available. More info: ' +
  'https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but ' +
  'the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should ' +
  'instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that ' +
  'addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be ' +
  "possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API " +
  '(status.hostIP).';

/** pkg/registry/core/node and SetDefaults_NodeStatus. */
export const node = defineResource<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  schema: 'io.k8s.api.core.v1.Node',

  validateName: nameIsDNSSubdomain,

  defaults({ spec, status }) {
    // The singular field came first. Who changes it means the other, too.
    if (spec?.podCIDR && spec.podCIDR !== spec.podCIDRs?.[0]) spec.podCIDRs = [spec.podCIDR];
    else if (spec?.podCIDRs?.length) [spec.podCIDR] = spec.podCIDRs;
    if (!status) return;
    if (status.capacity) status.allocatable ??= { ...status.capacity };
    defaultResourceList(status.capacity);
    defaultResourceList(status.allocatable);
  },

  // A kubelet tells of its status, too, when it registers its Node.
  prepareForCreate({ spec, status }) {
    delete spec.configSource;
    delete status?.config;
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    if (!current.spec.configSource) delete draft.spec.configSource;
  },
  validateCreate: validateNode,
  validateUpdate: (object, current) => [...validateNode(object), ...validateNodeUpdate(object, current)],
  warnings: ({ spec }) => [
    ...(spec.configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec.podCIDRs ?? []).flatMap((cidr, index) => cidrWarnings(`spec.podCIDRs[${index}]`, cidr)),
  ],

  status: {
    prepareForUpdate({ status }, current) {
      if (!current.status?.config) delete status?.config;
    },
    validateUpdate: validateNodeUpdate,
  },

  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },

  columns: [
    column('Status', 'string', 'The status of the node', ({ spec, status }) => {
      const ready = status?.conditions?.findLast(({ type }) => type === 'Ready')?.status;
      const state = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady';
      return spec.unschedulable ? `${state},SchedulingDisabled` : state;
    }),
    column('Roles', 'string', 'The roles of the node', rolesOf),
    ageColumn(),
    column(
      'Version',
      'string',
      'Kubelet Version reported by the node.',
      ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
    ),
    wideColumn('Internal-IP', addresses, (object) => addressOf(object, 'InternalIP')),
    wideColumn('External-IP', addresses, (object) => addressOf(object, 'ExternalIP')),
    wideColumn(
      'OS-Image',
      'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).',
      ({ status }) => status?.nodeInfo?.osImage || '<unknown>',
    ),
    wideColumn(
      'Kernel-Version',
      "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
      ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>',
    ),
    wideColumn(
      'Container-Runtime',
      'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
      ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
    ),
  ],

  subresources: {
    proxy: { kind: 'NodeProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
  },
});

function rolesOf({ metadata }: Node): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.entries(metadata.labels ?? {}).map(([name, value]) => {
    if (name.startsWith(prefix)) return name.slice(prefix.length);
    return name === 'kubernetes.io/role' ? value : '';
  });
  return [...new Set(roles.filter(Boolean))].sort().join(',') || '<none>';
}

function addressOf({ status }: Node, type: string): string {
  return status?.addresses?.find((each) => each.type === type)?.address ?? '<none>';
}
