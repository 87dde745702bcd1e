import type { OwnerReference } from '../../../kubernetes/object.ts';
import { controllerOf } from '../../../kubernetes/owners.ts';
import type { Client } from '../../client/client.ts';
import type { ApiResource } from '../../client/discovery.ts';
import * as refs from '../../client/refs.ts';

/** How many Pods the controller with this UID is to have. */
export interface ControllerScale {
  readonly uid: string;
  readonly replicas: number;
}

interface Scalable {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly uid?: string; readonly ownerReferences?: OwnerReference[] };
  readonly spec: { readonly replicas?: number };
}

/** Tells the declared scale of whatever controls a Pod; for a Deployment's Pods that is the Deployment's. */
export class ScaleFinder {
  readonly #client: Client;
  readonly #resources: readonly ApiResource[];

  constructor(client: Client, resources: readonly ApiResource[]) {
    this.#client = client;
    this.#resources = resources;
  }

  /**
   * @returns undefined where there is no such object any more
   * @throws Error where objects of that kind have no scale
   */
  scaleOf(namespace: string, reference: OwnerReference): ControllerScale | undefined {
    const found = this.#find(namespace, reference);
    if (!found) return undefined;
    const deployment = reference.kind === 'ReplicaSet' ? this.#deploymentOf(namespace, found) : undefined;
    const { metadata, spec } = deployment ?? found;
    return { uid: metadata.uid ?? '', replicas: spec.replicas ?? 0 };
  }

  #deploymentOf(namespace: string, replicaSet: Scalable): Scalable | undefined {
    const owner = controllerOf(replicaSet);
    return owner?.kind === 'Deployment' ? this.#find(namespace, owner) : undefined;
  }

  #find(namespace: string, reference: OwnerReference): Scalable | undefined {
    const object = this.#informerFor(reference).get(namespace, reference.name);
    return object?.metadata.uid === reference.uid ? object : undefined;
  }

  #informerFor({ apiVersion, kind }: OwnerReference): { get(namespace: string, name: string): Scalable | undefined } {
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    switch (`${group}/${kind}`) {
      case '/ReplicationController':
        return this.#client.informer(refs.replicationControllers);
      case 'apps/ReplicaSet':
        return this.#client.informer(refs.replicaSets);
      case 'apps/Deployment':
        return this.#client.informer(refs.deployments);
      case 'apps/StatefulSet':
        return this.#client.informer(refs.statefulSets);
    }
    const resource = this.#resources.find((each) => each.group === group && each.kind === kind);
    if (!resource) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
    const name = group ? `${resource.plural}.${group}` : resource.plural;
    throw new Error(`${name} does not implement the scale subresource`);
  }
}
