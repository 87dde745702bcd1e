import type { PolicyRule } from '../../../kubernetes/objects.ts';

export interface RoleRules {
  readonly name: string;
  readonly rules: PolicyRule[];
}

const verbs: Readonly<Record<string, string>> = {
  read: 'get,list,watch',
  write: 'create,delete,deletecollection,patch,update',
  all: 'create,delete,deletecollection,get,list,patch,update,watch',
};

const events: PolicyRule = {
  apiGroups: ['', 'events.k8s.io'],
  resources: ['events'],
  verbs: ['create', 'patch', 'update'],
};

/**
 * Reads roles written as a table. A role's name begins a line, its rules follow, indented: verbs, groups, resources and
 * names, two spaces apart. `read`, `write` and `all` stand for the usual verbs, `core` for the group without a name,
 * `url` for paths that are no resources, `events` alone for the right to record events.
 */
export function parseRules(table: string): RoleRules[] {
  const roles: RoleRules[] = [];
  for (const line of table.split('\n').filter(Boolean)) {
    if (line.startsWith(' ')) roles.at(-1)!.rules.push(parseRule(line.trim()));
    else roles.push({ name: line, rules: [] });
  }
  return roles;
}

function parseRule(text: string): PolicyRule {
  if (text === 'events') return events;
  const [verb, group, resources, names] = text.split(/ {2,}/);
  const list = (verbs[verb!] ?? verb!).split(',');
  if (group === 'url') return { nonResourceURLs: resources!.split(','), verbs: list };
  return {
    apiGroups: group!.split(',').map((each) => (each === 'core' ? '' : each)),
    ...(names && { resourceNames: names.split(',') }),
    resources: resources!.split(','),
    verbs: list,
  };
}
