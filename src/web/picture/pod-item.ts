import type { Meta, Pod } from './kinds.ts';
import type { PodItem } from './picture.ts';
import { podStatus } from './pod-status.ts';

export function podItem(pod: Pod): PodItem {
  const waiting = pod.status?.containerStatuses?.find((status) => status.state?.waiting?.message);
  const unscheduled = pod.status?.conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  return {
    ...podStatus(pod),
    uid: pod.metadata.uid,
    name: pod.metadata.name,
    node: pod.spec?.nodeName,
    address: pod.status?.podIP,
    created: pod.metadata.creationTimestamp,
    image: pod.spec?.containers?.[0]?.image,
    message: unscheduled?.message ?? waiting?.state?.waiting?.message,
  };
}

export function owner(metadata: Meta): { kind: string; name: string; uid: string } | undefined {
  return metadata.ownerReferences?.find((reference) => reference.controller);
}
