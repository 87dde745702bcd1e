import type { ResourceDefinition } from '../resource.ts';
import { virtualDefinition } from './resource.ts';

/** Reviews: who may do what, and who somebody is. */

const authentication = { group: 'authentication.k8s.io', version: 'v1', namespaced: false };
const authorization = { group: 'authorization.k8s.io', version: 'v1', namespaced: false };
const authenticationSchema = 'io.k8s.api.authentication.v1';
const authorizationSchema = 'io.k8s.api.authorization.v1';

export const tokenReviews = virtualDefinition({
  ...authentication,
  kind: 'TokenReview',
  plural: 'tokenreviews',
  singular: 'tokenreview',
  schema: `${authenticationSchema}.TokenReview`,
});

export const selfSubjectReviews = virtualDefinition({
  ...authentication,
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  singular: 'selfsubjectreview',
  schema: `${authenticationSchema}.SelfSubjectReview`,
});

export const subjectAccessReviews = virtualDefinition({
  ...authorization,
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  singular: 'subjectaccessreview',
  schema: `${authorizationSchema}.SubjectAccessReview`,
});

export const localSubjectAccessReviews = virtualDefinition({
  ...authorization,
  namespaced: true,
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  singular: 'localsubjectaccessreview',
  schema: `${authorizationSchema}.LocalSubjectAccessReview`,
});

export const selfSubjectAccessReviews = virtualDefinition({
  ...authorization,
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  singular: 'selfsubjectaccessreview',
  schema: `${authorizationSchema}.SelfSubjectAccessReview`,
});

export const selfSubjectRulesReviews = virtualDefinition({
  ...authorization,
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  singular: 'selfsubjectrulesreview',
  schema: `${authorizationSchema}.SelfSubjectRulesReview`,
});

/** There are none, and none can be made: but kubectl looks for them before it lets a field be called unknown. */
export const customResourceDefinitions = virtualDefinition({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ['get', 'list', 'watch'],
  schema: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
});

/** What a cluster serves besides the kinds that it stores. */
export const virtualDefinitions: readonly ResourceDefinition[] = [
  tokenReviews,
  selfSubjectReviews,
  subjectAccessReviews,
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  customResourceDefinitions,
];
