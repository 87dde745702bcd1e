import { matchesNode, matchesNodeSelectorTerm } from '../../../../kubernetes/node-affinity.ts';
import type { Pod } from '../../../../kubernetes/objects.ts';
import { isTolerated, untoleratedTaint } from '../../../../kubernetes/taints.ts';
import { hostPorts, samePort } from '../../../kubelet/admission.ts';
import { normalize, type Plugin, type Verdict } from '../framework.ts';

/** Plugins that look at the node alone. */

function verdict(plugin: string, reason: string, resolvable = false): Verdict {
  return { plugin, resolvable, reasons: [reason] };
}

export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  weight: 0,
  prepare({ spec }) {
    const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' as const };
    const tolerated = isTolerated(taint, spec.tolerations);
    return {
      filter: ({ node }) =>
        node.spec.unschedulable && !tolerated ? verdict(this.name, 'node(s) were unschedulable') : undefined,
    };
  },
};

export const nodeName: Plugin = {
  name: 'NodeName',
  weight: 0,
  prepare({ spec }) {
    if (!spec.nodeName) return {};
    return {
      filter: ({ name }) =>
        name === spec.nodeName ? undefined : verdict(this.name, "node(s) didn't match the requested node name"),
    };
  },
};

export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  prepare({ spec }) {
    const lenient = (spec.tolerations ?? []).filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
    return {
      filter: ({ node }) => {
        const taint = untoleratedTaint(node.spec.taints, spec.tolerations, ['NoSchedule', 'NoExecute']);
        return taint && verdict(this.name, `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
      },
      score: (nodes) => {
        const disliked = nodes.map(
          ({ node }) =>
            (node.spec.taints ?? []).filter(
              (taint) => taint.effect === 'PreferNoSchedule' && !isTolerated(taint, lenient),
            ).length,
        );
        return normalize(disliked, true);
      },
    };
  },
};

export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  prepare({ spec }) {
    const preferred = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const only = namedNodes(spec);
    return {
      ...(only && { only }),
      filter: ({ node }) =>
        matchesNode(spec, node) ? undefined : verdict(this.name, "node(s) didn't match Pod's node affinity/selector"),
      ...(preferred.length > 0 && {
        score: (nodes) => {
          const sums = nodes.map(({ node }) =>
            preferred
              .filter(({ preference }) => matchesNodeSelectorTerm(preference, node))
              .reduce((sum, { weight }) => sum + weight, 0),
          );
          return normalize(sums, false);
        },
      }),
    };
  },
};

/** The nodes that every term of a required affinity asks for by name, as DaemonSets' Pods do. */
function namedNodes({ affinity }: Pod['spec']): ReadonlySet<string> | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms?.length) return undefined;
  const names = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const named = matchFields.filter(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (named.length === 0) return undefined;
    const [first, ...others] = named.map(({ values = [] }) => new Set(values));
    for (const name of first!) if (others.every((each) => each.has(name))) names.add(name);
  }
  return names;
}

export const nodePorts: Plugin = {
  name: 'NodePorts',
  weight: 0,
  prepare(pod) {
    const wanted = hostPorts(pod);
    if (wanted.length === 0) return {};
    return {
      filter: ({ ports }) =>
        wanted.some((port) => ports.some((taken) => samePort(port, taken)))
          ? verdict(this.name, "node(s) didn't have free ports for the requested pod ports", true)
          : undefined,
    };
  },
};
