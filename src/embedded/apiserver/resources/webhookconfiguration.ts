import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '../../../kubernetes/objects.ts';
import { defineResource, type ResourceDefinition } from '../resource.ts';
import { semanticEqual } from '../validation/equality.ts';
import { validateWebhookConfiguration } from '../validation/webhooks.ts';
import { ageColumn, column } from './columns/common.ts';
import { defaultWebhook } from './defaults/admission.ts';
import { nextGeneration } from './defaults/strategies.ts';

type Configuration = ValidatingWebhookConfiguration | MutatingWebhookConfiguration;

/**
 * pkg/registry/admissionregistration: both kinds of webhooks. The configurations are kept, but there is nothing in this
 * cluster to call, so whoever makes one is told.
 */
function webhookConfiguration<T extends Configuration>(
  kind: 'Validating' | 'Mutating',
  defaults: (draft: T) => void,
): ResourceDefinition {
  const name = `${kind}WebhookConfiguration`;
  return defineResource<T>({
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: name,
    plural: `${name.toLowerCase()}s`,
    singular: name.toLowerCase(),
    categories: ['api-extensions'],
    namespaced: false,
    schema: `io.k8s.api.admissionregistration.v1.${name}`,

    validateName: nameIsDNSSubdomain,
    defaults,
    prepareForCreate({ metadata }) {
      metadata.generation = 1;
    },
    prepareForUpdate(draft, current) {
      if (!semanticEqual(draft.webhooks, current.webhooks)) nextGeneration(draft, current);
    },
    validateCreate: validateWebhookConfiguration,
    validateUpdate: validateWebhookConfiguration,
    warnings: (_, current) => (current ? [] : ['this cluster does not call webhooks: the configuration has no effect']),
    allowUnconditionalUpdate: false,

    columns: [
      column(
        'Webhooks',
        'integer',
        'Webhooks indicates the number of webhooks registered in this configuration',
        ({ webhooks }) => webhooks?.length ?? 0,
      ),
      ageColumn(),
    ],
  });
}

export const validatingwebhookconfiguration = webhookConfiguration<ValidatingWebhookConfiguration>(
  'Validating',
  ({ webhooks }) => {
    for (const webhook of webhooks ?? []) defaultWebhook(webhook);
  },
);

export const mutatingwebhookconfiguration = webhookConfiguration<MutatingWebhookConfiguration>(
  'Mutating',
  ({ webhooks }) => {
    for (const webhook of webhooks ?? []) {
      defaultWebhook(webhook);
      webhook.reinvocationPolicy ??= 'Never';
    }
  },
);
