import { goQuote } from '../../../kubernetes/go-format.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import type { ClusterRole, PolicyRule, RoleBinding } from '../../../kubernetes/objects.ts';
import { type Authorizer, mastersGroup } from '../auth/authorizer.ts';
import { compactRules, printRule, uncovered } from '../auth/rules.ts';
import { notFound } from '../failures.ts';
import { equal } from '../json.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';
import { objectOf, refuse } from './requests.ts';

const group = 'rbac.authorization.k8s.io';

/** Nobody grants more than he has himself, unless he may "escalate" or "bind". */
export function rbacEscalation(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    validate(request: AdmissionRequest): void {
      const { definition, operation, user, object, previous } = request;
      if (definition.group !== group || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
      if (user.groups.includes(mastersGroup)) return;
      if (previous && equal(granting(object!), granting(previous))) return;
      if (definition.plural === 'roles' || definition.plural === 'clusterroles') {
        if (!may('escalate', definition.plural, request.name)) {
          refuseMore(objectOf<ClusterRole>(request).rules ?? []);
        }
      } else {
        const { roleRef } = objectOf<RoleBinding>(request);
        const plural = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
        if (may('bind', plural, roleRef.name)) return;
        const rules = authorizer.rulesIn(roleRef, request.namespace);
        // Upstream, too, names the kind of the binding rather than that of the role.
        if (!rules) throw notFound(definition, roleRef.name);
        refuseMore(rules);
      }

      function may(verb: string, resource: string, name: string): boolean {
        const { namespace } = request;
        return authorizer.decide(user, { verb, group, version: '*', resource, subresource: '', namespace, name })
          .allowed;
      }

      function refuseMore(rules: readonly PolicyRule[]): void {
        const missing = uncovered(authorizer.rulesOf(user, request.namespace).rules, rules);
        if (missing.length === 0) return;
        const lines = [...new Set(compactRules(missing).map(printRule))].sort();
        const groups = user.groups.map(goQuote).join(' ');
        throw refuse(
          request,
          `user ${goQuote(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`,
        );
      }
    },
  };
}

/** The part of a role or binding that gives rights: without a change in it, nothing is granted. */
function granting(object: KubeObject): object {
  const { metadata: _, ...rest } = object;
  return rest;
}
