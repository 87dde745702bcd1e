import type { Container, Pod } from '../../../kubernetes/objects.ts';
import { isRestartableInitContainer } from '../../../kubernetes/readiness.ts';
import { type ContainerRecord, findRecord, type PodState } from './state.ts';

/** Whether containers are to run again: pkg/kubelet/container and kuberuntime. */

export function restartsOnFailure({ spec }: Pod): boolean {
  return spec.restartPolicy !== 'Never';
}

/** A container that is not running and, by the Pod's restart policy, should be. */
export function shouldBeRestarted({ name }: { readonly name: string }, pod: Pod, state: PodState): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  const record = findRecord(state, name);
  if (!record) return true;
  if (record.state === 'running') return false;
  const { restartPolicy } = pod.spec;
  return restartPolicy !== 'Never' && !(restartPolicy === 'OnFailure' && record.exit?.code === 0);
}

export function hasFailed(record: ContainerRecord): boolean {
  return record.state === 'exited' && record.exit?.code !== 0;
}

export function hasSucceeded(name: string, state: PodState): boolean {
  const record = findRecord(state, name);
  return record?.state === 'exited' && record.exit?.code === 0;
}

export function sidecars({ spec }: Pod): readonly Container[] {
  return (spec.initContainers ?? []).filter(isRestartableInitContainer);
}
