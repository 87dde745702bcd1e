import type { Node, NodeSelector, NodeSelectorTerm, PodSpec } from './objects.ts';

/** Which nodes a Pod or a volume may be on: k8s.io/component-helpers/scheduling/corev1/nodeaffinity. */

/** Any of the selector's terms has to match. A term without requirements matches no node. */
export function matchesNodeSelector(selector: NodeSelector, node: Node): boolean {
  return selector.nodeSelectorTerms.some((term) => matchesNodeSelectorTerm(term, node));
}

export function matchesNodeSelectorTerm({ matchExpressions, matchFields }: NodeSelectorTerm, node: Node): boolean {
  if (!matchExpressions?.length && !matchFields?.length) return false;
  const labels = node.metadata.labels ?? {};
  return (
    (matchExpressions ?? []).every((requirement) => satisfies(requirement, labels)) &&
    (matchFields ?? []).every((requirement) => satisfies(requirement, { 'metadata.name': node.metadata.name }))
  );
}

/** The Pod's nodeSelector and the required part of its node affinity: GetRequiredNodeAffinity. */
export function matchesNode(
  { nodeSelector, affinity }: Pick<PodSpec, 'nodeSelector' | 'affinity'>,
  node: Node,
): boolean {
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(nodeSelector ?? {}).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return selected && (!required || matchesNodeSelector(required, node));
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

function satisfies({ key, operator, values = [] }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key]! : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt': {
      const [limit = ''] = values;
      if (value === undefined || !isInteger(value) || !isInteger(limit)) return false;
      return operator === 'Gt' ? BigInt(value) > BigInt(limit) : BigInt(value) < BigInt(limit);
    }
    default:
      return false;
  }
}

function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}
