import type { Container, Pod } from '../../../kubernetes/objects.ts';
import { isRestartableInitContainer } from '../../../kubernetes/readiness.ts';
import { type PodActions, type ProbeVerdict, resizeNeedsRestart, sameResources } from './actions.ts';
import { hasFailed, restartsOnFailure } from './restart.ts';
import { type ContainerRecord, findRecord, type PodState } from './state.ts';

/**
 * Adds what is to be done about init containers, sidecars among them, and returns whether the Pod is initialized:
 * kuberuntime's computeInitContainerActions. It goes backwards, because the last one that has begun tells how far the
 * Pod has come; before it only sidecars are looked after.
 */
export function initContainerActions(pod: Pod, state: PodState, verdict: ProbeVerdict, actions: PodActions): boolean {
  const { containers, initContainers = [] } = pod.spec;
  if (initContainers.length === 0) return true;
  let initialized = containers.some(({ name }) => findRecord(state, name)?.state === 'running');
  let passed = initialized;
  const start: number[] = [];
  for (let index = initContainers.length - 1; index >= 0; index--) {
    const container = initContainers[index]!;
    const sidecar = isRestartableInitContainer(container);
    const record = findRecord(state, container.name);
    if (!record) {
      if (passed && sidecar) start.push(index);
      continue;
    }
    if (passed && !sidecar) continue;
    const step = sidecar ? sidecarStep(container, record, verdict) : initStep(record);
    if (step === 'failed' && !restartsOnFailure(pod)) {
      actions.killPod = true;
      actions.startInit.length = 0;
      return false;
    }
    if (step === 'restart' || step === 'failed') start.push(index);
    if (step === 'done') {
      if (index === initContainers.length - 1) initialized = true;
      else if (!passed) start.push(index + 1);
    }
    if (sidecar && record.state === 'running') {
      if (endSidecar(container, record, verdict, actions)) start.push(index);
      else if (step === 'done' && !sameResources(container, record)) actions.resize.push(record);
    }
    passed = true;
  }
  if (!passed) start.push(0);
  actions.startInit.push(...start.reverse().map((index) => initContainers[index]!.name));
  return initialized;
}

type Step = 'wait' | 'done' | 'restart' | 'failed';

function initStep(record: ContainerRecord): Step {
  if (record.state === 'running') return 'wait';
  return hasFailed(record) ? 'failed' : 'done';
}

/** A sidecar is done, as far as those after it are concerned, once it has started. */
function sidecarStep(container: Container, record: ContainerRecord, verdict: ProbeVerdict): Step {
  if (record.state !== 'running') return 'restart';
  return container.startupProbe && verdict(record.id, 'startup') !== 'success' ? 'wait' : 'done';
}

/** Kills a sidecar that has to begin anew. Returns whether it does. */
function endSidecar(
  container: Container,
  record: ContainerRecord,
  verdict: ProbeVerdict,
  actions: PodActions,
): boolean {
  const { name } = container;
  const kill = (what: string, reason: 'startup' | 'liveness' | undefined) => {
    actions.kill.push({ record, message: `Init container ${name} ${what}`, reason });
    return true;
  };
  if (container.startupProbe && verdict(record.id, 'startup') === 'failure') {
    return kill('failed startup probe', 'startup');
  }
  if (container.startupProbe && verdict(record.id, 'startup') !== 'success') return false;
  if (container.image !== record.requestedImage) return kill('definition changed', undefined);
  if (container.livenessProbe && verdict(record.id, 'liveness') === 'failure') {
    return kill('failed liveness probe', 'liveness');
  }
  return resizeNeedsRestart(container, record) && kill('resize requires restart', undefined);
}
