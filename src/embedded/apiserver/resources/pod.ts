import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Pod, PodAffinityTerm } from '../../../kubernetes/objects.ts';
import { timestamp } from '../../clock.ts';
import { defineResource } from '../resource.ts';
import { semanticEqual } from '../validation/equality.ts';
import { ipWarnings } from '../validation/ip.ts';
import { validatePodCreate } from '../validation/pod.ts';
import { validatePodStatusUpdate } from '../validation/pod-status.ts';
import { validatePodUpdate } from '../validation/pod-update.ts';
import { podColumns } from './columns/pod.ts';
import { syncAppArmor } from './defaults/app-armor.ts';
import { dropDisabledFields, dropDisabledStatusFields } from './defaults/disabled-fields.ts';
import { defaultPod } from './defaults/pod-spec.ts';
import { podQOSClass } from './defaults/qos.ts';
import { keepStatus, nextGeneration } from './defaults/strategies.ts';
import { podWarnings } from './warnings/pod.ts';

/** pkg/registry/core/pod and SetDefaults_Pod. */
export const pod = defineResource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Pod',

  validateName: nameIsDNSSubdomain,
  defaults: defaultPod,

  prepareForCreate(draft, { clock }) {
    draft.metadata.generation = 1;
    draft.status = { phase: 'Pending', qosClass: podQOSClass(draft.spec) };
    dropDisabledFields(draft.spec);
    if (draft.spec.schedulingGates?.length) {
      draft.status.conditions = [
        {
          type: 'PodScheduled',
          status: 'False',
          lastProbeTime: null as unknown as undefined,
          lastTransitionTime: timestamp(clock),
          reason: 'SchedulingGated',
          message: 'Scheduling is blocked due to non-empty scheduling gates',
        },
      ];
    }
    selectByLabelKeys(draft);
    syncAppArmor(draft);
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    dropDisabledFields(draft.spec);
    if (!semanticEqual(draft.spec, current.spec)) nextGeneration(draft, current);
  },
  validateCreate: validatePodCreate,
  validateUpdate: validatePodUpdate,
  warnings: (object, current) => (current ? [] : podWarnings(object)),

  status: {
    prepareForUpdate(draft, current) {
      draft.metadata.ownerReferences = current.metadata.ownerReferences;
      draft.status ??= {};
      draft.status.qosClass ||= current.status?.qosClass;
      dropDisabledStatusFields(draft.status);
    },
    validateUpdate: validatePodStatusUpdate,
    warnings: ({ status }) =>
      (['podIPs', 'hostIPs'] as const).flatMap((field) =>
        (status?.[field] ?? []).flatMap(({ ip }, index) => ipWarnings(`status.${field}[${index}].ip`, ip ?? '')),
      ),
  },

  gracefulDeletion: {
    period({ spec, status }, requested) {
      if (!spec.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
      const seconds = requested ?? spec.terminationGracePeriodSeconds ?? 0;
      return seconds < 0 ? 1 : seconds;
    },
  },
  returnsDeletedObject: true,

  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? status?.podIP ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },

  columns: podColumns,

  subresources: {
    attach: { kind: 'PodAttachOptions', verbs: ['create', 'get'] },
    binding: { kind: 'Binding', verbs: ['create'] },
    ephemeralcontainers: { kind: 'Pod', verbs: ['get', 'patch', 'update'] },
    eviction: { kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
    exec: { kind: 'PodExecOptions', verbs: ['create', 'get'] },
    log: { kind: 'Pod', verbs: ['get'] },
    portforward: { kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
    proxy: { kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
    resize: { kind: 'Pod', verbs: ['get', 'patch', 'update'] },
  },
});

/** matchLabelKeys: the Pod's own value of each key becomes part of the term's selector. */
function selectByLabelKeys({ metadata, spec }: Pod): void {
  const select = ({ labelSelector, matchLabelKeys, mismatchLabelKeys }: PodAffinityTerm) => {
    if (!labelSelector) return;
    const labels = metadata.labels ?? {};
    for (const [keys, operator] of [
      [matchLabelKeys, 'In'],
      [mismatchLabelKeys, 'NotIn'],
    ] as const) {
      for (const key of keys ?? []) {
        if (!Object.hasOwn(labels, key)) continue;
        labelSelector.matchExpressions ??= [];
        labelSelector.matchExpressions.push({ key, operator, values: [labels[key]!] });
      }
    }
  };
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      select(podAffinityTerm);
    }
    affinity?.requiredDuringSchedulingIgnoredDuringExecution?.forEach(select);
  }
}
