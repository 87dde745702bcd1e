import type { Node } from '../../../kubernetes/objects.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';
import { isAbout, objectOf } from './requests.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;

/** A new node takes no Pods before the node controller has seen it ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',

  mutate(request: AdmissionRequest): void {
    if (request.operation !== 'CREATE' || request.subresource || !isAbout(request, 'nodes')) return;
    const node = objectOf<Node>(request);
    node.spec ??= {};
    const taints = node.spec.taints ?? [];
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return;
    node.spec.taints = [...taints, notReady];
  },
};
