import type { Pod, PriorityClass } from '../../../kubernetes/objects.ts';
import type { AdmissionPlugin, AdmissionRequest, ClusterView } from './chain.ts';
import { isAbout, objectOf, previousOf, refuse } from './requests.ts';

const resource = 'priorityclasses.scheduling.k8s.io';

/** Fills in a Pod's priority from its class; there is one default class at most. */
export const priority: AdmissionPlugin = {
  name: 'Priority',

  mutate(request: AdmissionRequest, cluster: ClusterView): void {
    if (!isAbout(request, 'pods') || request.subresource) return;
    const { spec } = objectOf<Pod>(request) ?? {};
    if (request.operation === 'UPDATE') {
      const previous = previousOf<Pod>(request).spec;
      // The values were set on creation, not by the client who now leaves them out.
      spec.priority ??= previous.priority;
      spec.preemptionPolicy ??= previous.preemptionPolicy;
    } else if (request.operation === 'CREATE') resolve(request, spec, cluster);
  },

  validate(request: AdmissionRequest, cluster: ClusterView): void {
    if (!isAbout(request, 'priorityclasses', 'scheduling.k8s.io') || request.subresource) return;
    if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return;
    const { globalDefault, metadata } = objectOf<PriorityClass>(request);
    const other = globalDefault ? globalDefaultClass(cluster) : undefined;
    if (other && (request.operation === 'CREATE' || other.metadata.name !== metadata.name)) {
      throw refuse(
        request,
        `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
      );
    }
  },
};

function resolve(request: AdmissionRequest, spec: Pod['spec'], cluster: ClusterView): void {
  const name = spec.priorityClassName;
  const found = name ? (cluster.get(resource, '', name) as PriorityClass | undefined) : globalDefaultClass(cluster);
  if (name && !found) throw refuse(request, `no PriorityClass with name ${name} was found`);
  if (!name && found) spec.priorityClassName = found.metadata.name;
  const value = found?.value ?? 0;
  const policy = found ? found.preemptionPolicy : 'PreemptLowerPriority';
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refuse(
      request,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  if (policy === undefined) return;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw refuse(
      request,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = policy;
}

/** Of several, the lowest. */
function globalDefaultClass(cluster: ClusterView): PriorityClass | undefined {
  const defaults = (cluster.list(resource) as readonly PriorityClass[]).filter((each) => each.globalDefault);
  return defaults.reduce<PriorityClass | undefined>(
    (lowest, each) => (lowest && lowest.value <= each.value ? lowest : each),
    undefined,
  );
}
