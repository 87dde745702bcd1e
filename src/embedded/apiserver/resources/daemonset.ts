import { badRequest } from '../../../kubernetes/errors.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { DaemonSet } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateDaemonSetSpec, validateDaemonSetStatusUpdate } from '../validation/daemonset.ts';
import { semanticEqual, validateImmutable } from '../validation/equality.ts';
import type { FieldError } from '../validation/field.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { ageColumn, column, containerColumns, selectorColumn } from './columns/common.ts';
import { dropDisabledFields } from './defaults/disabled-fields.ts';
import { defaultPodTemplate } from './defaults/pod-spec.ts';
import { countGeneration, keepStatus } from './defaults/strategies.ts';
import { podTemplateWarnings } from './warnings/pod.ts';

/** A number that grew with each change of the template, which old clients look for. */
const templateGeneration = 'deprecated.daemonset.template.generation';

/** pkg/registry/apps/daemonset and SetDefaults_DaemonSet. */
export const daemonset = defineResource<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.DaemonSet',

  validateName: nameIsDNSSubdomain,

  defaults({ spec }) {
    defaultPodTemplate(spec.template);
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
    spec.revisionHistoryLimit ??= 10;
  },

  prepareForCreate(draft) {
    draft.status = {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    };
    draft.metadata.generation = 1;
    dropDisabledFields(draft.spec.template?.spec);
    setTemplateGeneration(draft, Math.max(1, readTemplateGeneration(draft)));
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    dropDisabledFields(draft.spec.template?.spec);
    const changed = !semanticEqual(draft.spec.template, current.spec.template);
    setTemplateGeneration(draft, readTemplateGeneration(current) + (changed ? 1 : 0));
    countGeneration(draft, current);
  },
  validateCreate: (object) => validate(object),
  validateUpdate(object, current) {
    return [
      ...validate(object, current),
      ...validateObjectMetaUpdate(object.metadata, current.metadata),
      ...validateDaemonSetSpec(object.spec, 'spec', current),
      ...validateImmutable('v1.LabelSelector', object.spec.selector, current.spec.selector, 'spec.selector'),
    ];
  },
  warnings(object, current) {
    if (current && readTemplateGeneration(object) === readTemplateGeneration(current)) return [];
    return podTemplateWarnings(object.spec.template, 'spec.template');
  },

  status: { validateUpdate: validateDaemonSetStatusUpdate },

  columns: [
    column(
      'Desired',
      'integer',
      'The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon ' +
        'pod). More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
      ({ status }) => status?.desiredNumberScheduled ?? 0,
    ),
    column(
      'Current',
      'integer',
      'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. More info: ' +
        'https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
      ({ status }) => status?.currentNumberScheduled ?? 0,
    ),
    column(
      'Ready',
      'integer',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and ' +
        'ready.',
      ({ status }) => status?.numberReady ?? 0,
    ),
    column(
      'Up-to-date',
      'integer',
      'The total number of nodes that are running updated daemon pod',
      ({ status }) => status?.updatedNumberScheduled ?? 0,
    ),
    column(
      'Available',
      'integer',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and ' +
        'available (ready for at least spec.minReadySeconds)',
      ({ status }) => status?.numberAvailable ?? 0,
    ),
    column(
      'Node Selector',
      'string',
      'NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a ' +
        "node's labels for the pod to be scheduled on that node. More info: " +
        'https://kubernetes.io/docs/concepts/configuration/assign-pod-node/',
      ({ spec }) => formatLabels(spec.template.spec?.nodeSelector),
    ),
    ageColumn(),
    ...containerColumns<DaemonSet>(({ spec }) => spec.template),
    selectorColumn(
      'A label query over pods that are managed by the daemon set. Must match in order to be controlled. If empty, ' +
        'defaulted to labels on Pod template. More info: ' +
        'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      ({ spec }) => spec.selector,
    ),
  ],
});

function validate({ metadata, spec }: DaemonSet, current?: DaemonSet): FieldError[] {
  return [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateDaemonSetSpec(spec, 'spec', current),
  ];
}

/** @throws ApiError BadRequest */
function readTemplateGeneration({ metadata }: DaemonSet): number {
  const value = metadata.annotations?.[templateGeneration];
  if (value === undefined) return 0;
  if (!/^[+-]?[0-9]{1,18}$/.test(value)) {
    const reason = `strconv.ParseInt: parsing ${goQuote(value)}: invalid syntax`;
    throw badRequest(`DaemonSet in version "v1" cannot be handled as a DaemonSet: ${reason}`);
  }
  return Number(value);
}

function setTemplateGeneration({ metadata }: DaemonSet, value: number): void {
  metadata.annotations = { ...metadata.annotations, [templateGeneration]: String(value) };
}

function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels![key]}`);
  return pairs.join(',') || '<none>';
}
