import * as refs from '../../../../src/embedded/client/refs.ts';
import type { Node, Pod, PodSpec, Taint } from '../../../../src/kubernetes/objects.ts';
import type { TestCluster } from '../cluster.ts';

export interface NodeOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
}

export const controlPlaneTaint: Taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

export function node(name: string, options: NodeOptions = {}): Node {
  const { labels, taints, unschedulable, cpu = '2', memory = '4Gi', pods = '110' } = options;
  const resources = { cpu, memory, pods };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { ...(taints && { taints: [...taints] }), ...(unschedulable && { unschedulable }) },
    status: { capacity: resources, allocatable: resources },
  };
}

/** As kind has them: a control plane that Pods keep away from, and two workers. */
export function kindNodes(options: NodeOptions = {}): Node[] {
  return [
    node('control-plane', { ...options, taints: [controlPlaneTaint] }),
    node('worker', options),
    node('worker2', options),
  ];
}

/** Nodes come with a taint until they are found to be ready, which these are at once. */
export async function addNodes(cluster: TestCluster, nodes: readonly Node[]): Promise<void> {
  for (const one of nodes) {
    const created = await cluster.create(refs.nodes, one);
    await cluster.client
      .resource(refs.nodes)
      .update({ ...created, spec: { ...created.spec, taints: [...(one.spec.taints ?? [])] } });
  }
}

export function pod(name: string, spec: Partial<PodSpec> = {}, labels: Readonly<Record<string, string>> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { ...labels } },
    spec: { containers: [{ name: 'main', image: 'kubia:1' }], ...spec },
  };
}

export function requesting(requests: Readonly<Record<string, string>>): Pick<PodSpec, 'containers'> {
  return { containers: [{ name: 'main', image: 'kubia:1', resources: { requests: { ...requests } } }] };
}
