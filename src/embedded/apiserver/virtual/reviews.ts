import { badRequest } from '../../../kubernetes/errors.ts';
import type {
  LocalSubjectAccessReview,
  PolicyRule,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  TokenReview,
} from '../../../kubernetes/objects.ts';
import { timestamp } from '../../clock.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Attributes, Authorizer } from '../auth/authorizer.ts';
import { apiAudiences } from '../auth/service-account-tokens.ts';
import { decodeBody } from '../engine/decoding.ts';
import type { Engine } from '../engine/engine.ts';
import { ensureNamespace } from '../engine/metadata.ts';
import type { Body, Caller, WriteOptions } from '../engine/request.ts';
import { invalid as invalidObject } from '../failures.ts';
import type { ResourceDefinition, UserInfo } from '../resource.ts';
import { type FieldError, invalid } from '../validation/field.ts';
import * as definitions from './definitions.ts';
import type { VirtualResource } from './resource.ts';

/** Answers to questions about users and what they may do. */
export function reviews(engine: Engine, authenticator: Authenticator, authorizer: Authorizer): VirtualResource[] {
  type Answer<T> = (review: T, caller: Caller, namespace: string) => object;
  const review = <T>(definition: ResourceDefinition, answer: Answer<T>): VirtualResource => ({
    definition,
    async create(caller: Caller, namespace: string, body: Body, options: WriteOptions): Promise<object> {
      const asked = decodeBody(engine.parts, definition, body, options, caller);
      if (definition.namespaced) ensureNamespace(asked.metadata, namespace);
      const answered = answer(asked as T, caller, namespace);
      const metadata = { creationTimestamp: null, ...(definition.namespaced && { namespace }) };
      return { kind: asked.kind, apiVersion: asked.apiVersion, metadata, ...answered };
    },
  });

  const decide = (user: UserInfo, spec: AccessSpec) => {
    const { allowed, reason } = authorizer.decide(user, attributesOf(spec));
    return { allowed, ...(reason && { reason }) };
  };

  return [
    review<SelfSubjectAccessReview>(definitions.selfSubjectAccessReviews, ({ spec }, { user }) => {
      refuse(definitions.selfSubjectAccessReviews, accessErrors(spec));
      return { spec, status: decide(user, spec) };
    }),
    review<SubjectAccessReview>(definitions.subjectAccessReviews, ({ spec }) => {
      refuse(definitions.subjectAccessReviews, subjectErrors(spec));
      return { spec, status: decide(subjectOf(spec), spec) };
    }),
    review<LocalSubjectAccessReview>(definitions.localSubjectAccessReviews, ({ spec }, _, namespace) => {
      refuse(definitions.localSubjectAccessReviews, [...subjectErrors(spec), ...localErrors(spec, namespace)]);
      return { spec, status: decide(subjectOf(spec), spec) };
    }),
    review<SelfSubjectRulesReview>(definitions.selfSubjectRulesReviews, ({ spec }, { user }) => {
      if (!spec?.namespace) throw badRequest('no namespace on request');
      return { spec: {}, status: rulesStatus(authorizer.rulesOf(user, spec.namespace)) };
    }),
    review<TokenReview>(definitions.tokenReviews, ({ spec }) => {
      if (!spec?.token) throw badRequest('token is required for TokenReview in authentication');
      const user = authenticator.tokenUser(spec.token, spec.audiences?.length ? spec.audiences : apiAudiences);
      return { spec, status: tokenStatus(user, spec.audiences ?? apiAudiences) };
    }),
    {
      definition: definitions.selfSubjectReviews,
      async create({ user }: Caller): Promise<object> {
        return {
          kind: 'SelfSubjectReview',
          apiVersion: 'authentication.k8s.io/v1',
          metadata: { creationTimestamp: timestamp(engine.clock) },
          status: { userInfo: userInfo(user) },
        };
      },
    },
  ];
}

type AccessSpec = Pick<SelfSubjectAccessReview['spec'], 'resourceAttributes' | 'nonResourceAttributes'>;
type SubjectSpec = SubjectAccessReview['spec'];

function attributesOf({ resourceAttributes, nonResourceAttributes }: AccessSpec): Attributes {
  if (!resourceAttributes) {
    const { verb = '', path = '' } = nonResourceAttributes ?? {};
    return { verb, path, group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
  }
  const { verb, group, version, resource, subresource, namespace, name } = resourceAttributes;
  return {
    verb: verb ?? '',
    group: group ?? '',
    version: version ?? '',
    // What is no path is a resource, be it one without a name.
    resource: resource || '*',
    subresource: subresource ?? '',
    namespace: namespace ?? '',
    name: name ?? '',
  };
}

function subjectOf({ user = '', groups = [], uid, extra }: SubjectSpec): UserInfo {
  return { name: user, groups, ...(uid && { uid }), ...(extra && { extra }) };
}

function refuse(definition: ResourceDefinition, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject({ group: definition.group, kind: '' }, '', errors);
}

function accessErrors({ resourceAttributes, nonResourceAttributes }: AccessSpec = {}): FieldError[] {
  if (resourceAttributes && nonResourceAttributes) {
    return [
      invalid(
        'spec.nonResourceAttributes',
        nonResourceAttributes,
        'cannot be specified in combination with resourceAttributes',
      ),
    ];
  }
  if (resourceAttributes || nonResourceAttributes) return [];
  return [
    invalid(
      'spec.resourceAttributes',
      undefined,
      'exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ),
  ];
}

function subjectErrors(spec: SubjectSpec = {}): FieldError[] {
  const nobody = !spec.user && !spec.groups?.length;
  return [
    ...accessErrors(spec),
    ...(nobody ? [invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified')] : []),
  ];
}

function localErrors({ resourceAttributes, nonResourceAttributes }: SubjectSpec, namespace: string): FieldError[] {
  const other = resourceAttributes && (resourceAttributes.namespace ?? '') !== namespace;
  return [
    ...(other
      ? [
          invalid(
            'spec.resourceAttributes.namespace',
            resourceAttributes.namespace ?? '',
            'must match metadata.namespace',
          ),
        ]
      : []),
    ...(nonResourceAttributes
      ? [invalid('spec.nonResourceAttributes', nonResourceAttributes, 'disallowed on this kind of request')]
      : []),
  ];
}

function rulesStatus({ rules, errors }: { readonly rules: readonly PolicyRule[]; readonly errors: readonly string[] }) {
  return {
    resourceRules: rules
      .filter(({ resources }) => resources?.length)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        ...(resourceNames && { resourceNames }),
      })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: errors.length > 0,
    ...(errors.length > 0 && { evaluationError: errors.join(', ') }),
  };
}

function tokenStatus(user: UserInfo | undefined, audiences: readonly string[]) {
  if (!user) return { user: {}, error: 'invalid bearer token' };
  return { authenticated: true, user: userInfo(user), audiences };
}

function userInfo({ name, uid, groups, extra }: UserInfo) {
  return { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
}
