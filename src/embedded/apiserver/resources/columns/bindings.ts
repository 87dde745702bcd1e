import type { ClusterRoleBinding, RoleBinding, Subject } from '../../../../kubernetes/objects.ts';
import type { Column } from '../../resource.ts';
import { ageColumn, column, wideColumn } from './common.ts';

/** The columns of RoleBindings and ClusterRoleBindings, which differ in what they are called only. */
export function bindingColumns<T extends RoleBinding | ClusterRoleBinding>(
  roleDescription: string,
  binding: string,
): Column<T>[] {
  const subjects = (kind: Subject['kind'], plural: string, show: (subject: Subject) => string) =>
    wideColumn<T>(plural, `${plural} in the ${binding}`, (object) =>
      (object.subjects ?? [])
        .filter((subject) => subject.kind === kind)
        .map(show)
        .join(', '),
    );
  return [
    column('Role', 'string', roleDescription, ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
    ageColumn(),
    subjects('User', 'Users', ({ name }) => name),
    subjects('Group', 'Groups', ({ name }) => name),
    subjects('ServiceAccount', 'ServiceAccounts', ({ namespace, name }) => `${namespace ?? ''}/${name}`),
  ];
}
