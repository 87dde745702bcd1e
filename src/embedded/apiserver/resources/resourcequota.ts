import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ResourceQuota } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { defineResource } from '../resource.ts';
import {
  validateResourceQuota,
  validateResourceQuotaStatusUpdate,
  validateResourceQuotaUpdate,
} from '../validation/resource-quota.ts';
import { ageColumn, column } from './columns/common.ts';
import { defaultResourceList } from './defaults/resource-list.ts';
import { keepStatus } from './defaults/strategies.ts';

/** pkg/registry/core/resourcequota. */
export const resourcequota = defineResource<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ResourceQuota',

  validateName: nameIsDNSSubdomain,
  defaults({ spec, status }) {
    defaultResourceList(spec?.hard);
    defaultResourceList(status?.hard);
    defaultResourceList(status?.used);
  },

  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate: keepStatus,
  validateCreate: validateResourceQuota,
  validateUpdate: validateResourceQuotaUpdate,

  status: { validateUpdate: validateResourceQuotaStatusUpdate },

  returnsDeletedObject: true,

  columns: [
    column(
      'Request',
      'string',
      'Request represents a minimum amount of cpu/memory that a container may consume.',
      (quota) => summarize(quota, (name) => !isLimit(name)),
    ),
    column(
      'Limit',
      'string',
      'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
      (quota) => summarize(quota, isLimit),
    ),
    ageColumn(),
  ],
});

function isLimit(name: string): boolean {
  return name.startsWith('limits.');
}

/** "pods: 1/4, requests.cpu: 100m/1": used, of what may be. */
function summarize({ status }: ResourceQuota, shown: (name: string) => boolean): string {
  const amount = (written: string | number | undefined) => String(Quantity.tryParse(written ?? '0') ?? '0');
  return Object.keys(status?.hard ?? {})
    .filter(shown)
    .sort()
    .map((name) => `${name}: ${amount(status?.used?.[name])}/${amount(status?.hard?.[name])}`)
    .join(', ');
}
