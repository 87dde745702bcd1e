import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from '../../../kubernetes/objects.ts';
import type { Store, Subscription } from '../../storage/store.ts';
import type { UserInfo } from '../resource.ts';
import type { Attributes, Decision } from './authorizer.ts';
import { ruleAllows } from './rules.ts';

const resources = {
  roles: 'roles.rbac.authorization.k8s.io',
  clusterRoles: 'clusterroles.rbac.authorization.k8s.io',
  roleBindings: 'rolebindings.rbac.authorization.k8s.io',
  clusterRoleBindings: 'clusterrolebindings.rbac.authorization.k8s.io',
} as const;

/** A rule somebody has, and through what. */
interface Grant {
  readonly rule: PolicyRule;
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "z"` */
  readonly through: string;
}

interface Grants {
  readonly grants: readonly Grant[];
  /** Bindings to roles that do not exist. */
  readonly errors: readonly string[];
}

/** Reads stored roles and bindings. What a user may do is worked out once, until any of them changes. */
export class Rbac {
  readonly #store: Store;
  readonly #subscriptions: readonly Subscription[];
  readonly #grants = new Map<string, Grants>();

  constructor(store: Store) {
    this.#store = store;
    this.#subscriptions = Object.values(resources).map((resource) =>
      store.watch(resource, store.revision, () => this.#grants.clear()),
    );
  }

  stop(): void {
    for (const subscription of this.#subscriptions) subscription.close();
  }

  decide(user: UserInfo, attributes: Attributes): Decision {
    const { grants, errors } = this.#grantsOf(user, attributes.namespace);
    const grant = grants.find(({ rule }) => ruleAllows(rule, attributes));
    if (grant) return { allowed: true, reason: `RBAC: allowed by ${grant.through}` };
    const reason = errors.length > 1 ? `RBAC: [${errors.join(', ')}]` : errors.length ? `RBAC: ${errors[0]}` : '';
    return { allowed: false, reason };
  }

  /** All rules that hold for a user in a namespace, and at the cluster's scope. */
  rulesOf(user: UserInfo, namespace: string): { readonly rules: PolicyRule[]; readonly errors: readonly string[] } {
    const { grants, errors } = this.#grantsOf(user, namespace);
    return { rules: grants.map(({ rule }) => rule), errors };
  }

  /** The rules a binding would grant; undefined where the role does not exist. */
  rulesIn(roleRef: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const cluster = roleRef.kind === 'ClusterRole';
    const role = this.#store.get({
      resource: cluster ? resources.clusterRoles : resources.roles,
      namespace: cluster ? '' : namespace,
      name: roleRef.name,
    }) as ClusterRole | Role | undefined;
    return role && (role.rules ?? []);
  }

  #grantsOf(user: UserInfo, namespace: string): Grants {
    const key = [namespace, user.name, ...user.groups].join('\0');
    let known = this.#grants.get(key);
    if (!known) {
      known = this.#resolve(user, namespace);
      // Whoever invents user names by impersonation must not fill the memory.
      if (this.#grants.size > 10_000) this.#grants.clear();
      this.#grants.set(key, known);
    }
    return known;
  }

  #resolve(user: UserInfo, namespace: string): Grants {
    const grants: Grant[] = [];
    const errors: string[] = [];
    const collect = (binding: RoleBinding | ClusterRoleBinding, scope: string) => {
      const subject = binding.subjects?.find((each) => isSubject(user, each, scope));
      if (!subject) return;
      const rules = this.rulesIn(binding.roleRef, scope);
      if (!rules) {
        const resource = binding.roleRef.kind === 'ClusterRole' ? resources.clusterRoles : resources.roles;
        errors.push(`${resource.replace(/s\./, '.')} ${JSON.stringify(binding.roleRef.name)} not found`);
        return;
      }
      const through = describe(binding, subject, scope);
      for (const rule of rules) grants.push({ rule, through });
    };
    for (const binding of this.#store.list(resources.clusterRoleBindings)) collect(binding as ClusterRoleBinding, '');
    if (namespace) {
      for (const binding of this.#store.list(resources.roleBindings, namespace)) {
        collect(binding as RoleBinding, namespace);
      }
    }
    return { grants, errors };
  }
}

function isSubject(user: UserInfo, subject: Subject, namespace: string): boolean {
  if (subject.kind === 'User') return user.name === subject.name;
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  if (subject.kind !== 'ServiceAccount') return false;
  return user.name === `system:serviceaccount:${subject.namespace || namespace}:${subject.name}`;
}

function describe(
  { roleRef, metadata }: RoleBinding | ClusterRoleBinding,
  subject: Subject,
  namespace: string,
): string {
  const binding = namespace
    ? `RoleBinding ${JSON.stringify(`${metadata.name}/${namespace}`)}`
    : `ClusterRoleBinding ${JSON.stringify(metadata.name)}`;
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace}` : subject.name;
  return `${binding} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${subject.kind} ${JSON.stringify(who)}`;
}
