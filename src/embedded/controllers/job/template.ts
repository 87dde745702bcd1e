import type { Container, Job, Pod, PodTemplateSpec } from '../../../kubernetes/objects.ts';
import { podFromTemplate } from '../shared/pod-template.ts';
import { judge } from './policies.ts';
import {
  completionIndex,
  failuresBefore,
  hasLimitPerIndex,
  indexFailureCount,
  indexIgnoredFailureCount,
  trackingFinalizer,
} from './predicates.ts';

const indexVariable = 'JOB_COMPLETION_INDEX';
/** What a generated name's five random letters leave of a label's length. */
const longestPrefix = 58;

/**
 * @param index of an Indexed Job
 * @param replaced the index's Pod that failed last, where failures are counted by index
 */
export function podFor(job: Job, index?: number, replaced?: Pod): Pod {
  const { template } = job.spec;
  const { finalizers = [] } = template.metadata ?? {};
  const tracked = finalizers.includes(trackingFinalizer) ? finalizers : [...finalizers, trackingFinalizer];
  const pod = podFromTemplate({ ...template, metadata: { ...template.metadata, finalizers: tracked } }, job);
  if (index === undefined) return pod;
  const { name } = job.metadata;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: indexedPrefix(name, index),
      labels: { ...pod.metadata.labels, [completionIndex]: String(index) },
      annotations: {
        ...pod.metadata.annotations,
        [completionIndex]: String(index),
        ...(hasLimitPerIndex(job) && failureCounts(job, replaced)),
      },
    },
    spec: { ...withIndexVariable(pod.spec), hostname: `${name}-${index}` },
  };
}

function indexedPrefix(name: string, index: number): string {
  const suffix = `-${index}-`;
  return name.slice(0, longestPrefix - suffix.length) + suffix;
}

function withIndexVariable(spec: NonNullable<PodTemplateSpec['spec']>): NonNullable<PodTemplateSpec['spec']> {
  const variable = {
    name: indexVariable,
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${completionIndex}']` } },
  };
  const extend = (container: Container): Container =>
    container.env?.some(({ name }) => name === indexVariable)
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  return {
    ...spec,
    ...(spec.initContainers && { initContainers: spec.initContainers.map(extend) }),
    containers: spec.containers.map(extend),
  };
}

/** The Pod carries how often its index has failed, since those that did may be gone when it is asked. */
function failureCounts(job: Job, replaced: Pod | undefined): Record<string, string> {
  let { counted, ignored } = replaced ? failuresBefore(replaced) : { counted: 0, ignored: 0 };
  if (replaced) {
    if (judge(job, replaced).counts) counted++;
    else ignored++;
  }
  return {
    [indexFailureCount]: String(counted),
    ...(ignored > 0 && { [indexIgnoredFailureCount]: String(ignored) }),
  };
}
