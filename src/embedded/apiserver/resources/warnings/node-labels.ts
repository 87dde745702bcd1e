import { isValidLabelValue } from '../../../../kubernetes/names.ts';
import type { LabelSelector, NodeSelectorTerm } from '../../../../kubernetes/objects.ts';

/** Labels of Nodes that have been replaced (pkg/api/node). */

const deprecatedLabels: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

export function deprecatedLabel(key: string | undefined): string | undefined {
  return key === undefined ? undefined : deprecatedLabels.get(key);
}

/** @param checkValues where validation lets any value pass: in preferences */
export function nodeSelectorTermWarnings(
  term: NodeSelectorTerm | undefined,
  path: string,
  { checkValues = false }: { checkValues?: boolean } = {},
): string[] {
  return (term?.matchExpressions ?? []).flatMap(({ key, values }, index) => {
    const at = `${path}.matchExpressions[${index}]`;
    const message = deprecatedLabel(key);
    const warnings = message ? [`${at}.key: ${key} is ${message}`] : [];
    if (!checkValues) return warnings;
    return [
      ...warnings,
      ...(values ?? []).flatMap((value, position) =>
        isValidLabelValue(value).map((problem) => `${at}.values[${position}]: ${value} is invalid, ${problem}`),
      ),
    ];
  });
}

export function nodeSelectorWarnings(selector: LabelSelector | undefined, path: string): string[] {
  const expressions = (selector?.matchExpressions ?? []).flatMap(({ key }, index) => {
    const message = deprecatedLabel(key);
    return message ? [`${path}.matchExpressions[${index}].key: ${key} is ${message}`] : [];
  });
  const labels = Object.keys(selector?.matchLabels ?? {}).flatMap((key) => {
    const message = deprecatedLabel(key);
    return message ? [`${path}.matchLabels.${key}: ${message}`] : [];
  });
  return [...expressions, ...labels];
}
