import type { Pod } from '../../kubernetes/objects.ts';
import type { EventRecorder } from '../client/events.ts';

/** Where an event about a container says it happened: "spec.initContainers{setup}". */
export function containerPath({ spec }: Pod, name: string): string {
  const named = (each: { readonly name: string }) => each.name === name;
  if (spec.initContainers?.some(named)) return `spec.initContainers{${name}}`;
  if (spec.ephemeralContainers?.some(named)) return `spec.ephemeralContainers{${name}}`;
  return `spec.containers{${name}}`;
}

/** What happens to a Pod and its containers, told as the kubelet tells it. */
export class PodEvents {
  readonly #recorder: EventRecorder;

  constructor(recorder: EventRecorder) {
    this.#recorder = recorder;
  }

  pod(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#recorder.event(target(pod), type, reason, message);
  }

  /** Container ids differ each time; the name in their place lets the same event be counted. */
  container(
    pod: Pod,
    name: string,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    containerId?: string,
  ): void {
    const id = containerId?.replace(/^containerd:\/\//, '');
    const text = id ? message.replaceAll(id, name) : message;
    this.#recorder.event(target(pod), type, reason, text, { fieldPath: containerPath(pod, name) });
  }
}

function target({ metadata }: Pod) {
  return { apiVersion: 'v1', kind: 'Pod', metadata };
}
