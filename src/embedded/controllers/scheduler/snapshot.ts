import type { Pod, LabelSelector as Selector } from '../../../kubernetes/objects.ts';
import { controllerOf } from '../../../kubernetes/owners.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import type { Client } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import { volumeClass } from '../shared/volume-matching.ts';
import type { Assumptions } from './assumptions.ts';
import type { ClusterView } from './framework.ts';
import { NodeInfo } from './node-info.ts';

/** Makes views of the cluster as it stands, what has been promised already included. */
export class Snapshots {
  readonly #client: Client;
  readonly #assumptions: Assumptions;

  constructor(client: Client, assumptions: Assumptions) {
    this.#client = client;
    this.#assumptions = assumptions;
  }

  take(): ClusterView {
    const client = this.#client;
    const assumptions = this.#assumptions;
    const claims = client.informer(refs.persistentVolumeClaims);
    const volumes = client.informer(refs.persistentVolumes);
    const namespaces = client.informer(refs.namespaces);
    return {
      nodes: client
        .informer(refs.nodes)
        .list()
        .map((node) => new NodeInfo(node, this.#podsOn(node.metadata.name))),
      namespaceLabels: (namespace) => namespaces.get('', namespace)?.metadata.labels ?? {},
      siblings: (pod) => this.#siblings(pod),
      volumes: {
        claim: (namespace, name) => assumptions.claim(namespace, name) ?? claims.get(namespace, name),
        volume: (name) => assumptions.volume(name) ?? volumes.get('', name),
        storageClass: (name) => client.informer(refs.storageClasses).get('', name),
        available: (storageClass) =>
          volumes
            .list()
            .map((volume) => assumptions.volume(volume.metadata.name) ?? volume)
            .filter((volume) => volumeClass(volume) === storageClass),
      },
      budgets: client.informer(refs.podDisruptionBudgets).list(),
    };
  }

  #podsOn(node: string): Pod[] {
    const bound = this.#client.informer(refs.pods).byIndex('occupied node', occupiedNode, node);
    const coming = this.#assumptions.podsOn(node);
    const known = new Set(bound.map(({ metadata }) => metadata.uid));
    return [...bound, ...coming.filter(({ metadata }) => !known.has(metadata.uid))];
  }

  /** What upstream's helper.DefaultSelector finds: the Services of a Pod and its controller. */
  #siblings(pod: Pod): LabelSelector | undefined {
    const { namespace = '', labels = {} } = pod.metadata;
    let matchLabels: Record<string, string> = {};
    for (const { spec } of this.#client.informer(refs.services).list(namespace)) {
      const { selector = {} } = spec;
      if (Object.keys(selector).length === 0 || !LabelSelector.fromLabels(selector).matches(labels)) continue;
      matchLabels = { ...matchLabels, ...selector };
    }
    const owner = this.#ownerSelector(pod);
    const matchExpressions = owner?.matchExpressions ?? [];
    matchLabels = { ...matchLabels, ...owner?.matchLabels };
    if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) return undefined;
    return LabelSelector.from({ matchLabels, matchExpressions });
  }

  #ownerSelector(pod: Pod): Selector | undefined {
    const { namespace = '' } = pod.metadata;
    const owner = controllerOf(pod);
    switch (owner?.kind) {
      case 'StatefulSet':
        return this.#client.informer(refs.statefulSets).get(namespace, owner.name)?.spec.selector;
      case 'ReplicaSet':
        return this.#client.informer(refs.replicaSets).get(namespace, owner.name)?.spec.selector;
      case 'ReplicationController': {
        const found = this.#client.informer(refs.replicationControllers).get(namespace, owner.name);
        return found?.spec.selector && { matchLabels: found.spec.selector };
      }
      default:
        return undefined;
    }
  }
}

/** The node on which a Pod takes up room: one that has ended takes up none. */
function occupiedNode({ spec, status }: Pod): readonly string[] {
  return spec.nodeName && status?.phase !== 'Succeeded' && status?.phase !== 'Failed' ? [spec.nodeName] : [];
}
