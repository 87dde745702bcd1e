import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Clock } from '../../clock.ts';
import type { ResourceDefinition, UserInfo } from '../resource.ts';

/**
 * Decides whether a write that is well formed and allowed may happen in this cluster's present state, and completes it.
 * All plugins change the object first, in their order; then all of them judge the result.
 */
export interface AdmissionPlugin {
  readonly name: string;
  /** May change `request.object`. @throws ApiError to refuse. */
  mutate?(request: AdmissionRequest, cluster: ClusterView): void;
  /** Must not change anything. @throws ApiError to refuse. */
  validate?(request: AdmissionRequest, cluster: ClusterView): void;
}

export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly definition: ResourceDefinition;
  /** '' for cluster-scoped kinds; a Namespace's own name for Namespaces. */
  readonly namespace: string;
  /** '' where it has yet to be generated. */
  readonly name: string;
  /** '' for the resource itself. */
  readonly subresource: string;
  /** The new state; absent on DELETE. */
  readonly object?: KubeObject;
  /** The state before; absent on CREATE. */
  readonly previous?: KubeObject;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  warn(message: string): void;
}

/** What plugins may know of the rest of the cluster, as committed. */
export interface ClusterView {
  readonly clock: Clock;
  /** By plural.group. */
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): readonly KubeObject[];
  /**
   * Runs once the write has been committed, has failed, or turns out to be a dry run: gives back what a plugin set
   * aside for it.
   */
  afterwards(callback: () => void): void;
}

export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  mutate(request: AdmissionRequest, cluster: ClusterView): void {
    for (const plugin of this.#plugins) plugin.mutate?.(request, cluster);
  }

  validate(request: AdmissionRequest, cluster: ClusterView): void {
    for (const plugin of this.#plugins) plugin.validate?.(request, cluster);
  }
}
