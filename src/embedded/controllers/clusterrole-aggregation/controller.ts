import type { ClusterRole } from '../../../kubernetes/objects.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import type { Controller } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import type { ControllerContext } from '../shared/context.ts';
import { canonicalJson } from '../shared/hash.ts';
import { reconciler } from '../shared/reconciler.ts';

type Rule = NonNullable<ClusterRole['rules']>[number];

const name = 'clusterrole-aggregation-controller';

/** Puts into ClusterRoles with an aggregationRule the rules of those it selects. */
export function clusterRoleAggregationController(context: ControllerContext): Controller {
  const client = context.clientFor(name);
  const roles = client.informer(refs.clusterRoles);
  const roleClient = client.resource(refs.clusterRoles);
  return reconciler({
    name,
    context,
    watch: (queue) => {
      const aggregate = () => {
        for (const role of roles.list()) if (role.aggregationRule) queue.add(role.metadata.name);
      };
      return [roles.subscribe({ added: aggregate, updated: aggregate, deleted: aggregate })];
    },
    async sync(key) {
      const role = roles.get('', key);
      if (!role?.aggregationRule) return;
      const rules = aggregatedRules(role, roles.list());
      if (canonicalJson(rules) === canonicalJson(role.rules ?? [])) return;
      const { apiVersion, kind } = role;
      const applied = { apiVersion, kind, metadata: { name: key }, rules };
      await roleClient.patch('', key, applied, { type: 'apply', force: true, fieldManager: name });
    },
  });
}

/** The rules of all other roles that are selected, by the roles' names, each rule once. */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): readonly Rule[] {
  const rules = new Map<string, Rule>();
  const others = all
    .filter(({ metadata }) => metadata.name !== role.metadata.name)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  for (const each of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = LabelSelector.from(each);
    for (const other of others) {
      if (!selector.matches(other.metadata.labels)) continue;
      for (const rule of other.rules ?? []) {
        const text = canonicalJson(rule);
        if (!rules.has(text)) rules.set(text, rule);
      }
    }
  }
  return [...rules.values()];
}
