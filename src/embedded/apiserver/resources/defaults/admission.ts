import type { MutatingWebhookConfiguration, ValidatingAdmissionPolicy } from '../../../../kubernetes/objects.ts';

/** pkg/apis/admissionregistration/v1: what webhooks and policies apply to that do not say it. */

type Webhook = NonNullable<MutatingWebhookConfiguration['webhooks']>[number];
type MatchResources = NonNullable<NonNullable<ValidatingAdmissionPolicy['spec']>['matchConstraints']>;

export function defaultWebhook(webhook: Omit<Webhook, 'reinvocationPolicy'>): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  for (const rule of webhook.rules ?? []) rule.scope ??= '*';
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
}

export function defaultMatchResources(match: MatchResources | undefined): void {
  if (!match) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= '*';
}
