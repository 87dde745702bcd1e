import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { LimitRange, LimitRangeItem } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateLimitRange } from '../validation/limit-range.ts';
import { createdAtColumn } from './columns/common.ts';
import { defaultResourceList } from './defaults/resource-list.ts';

/** pkg/registry/core/limitrange and SetDefaults_LimitRangeItem. */
export const limitrange = defineResource<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.LimitRange',

  validateName: nameIsDNSSubdomain,
  defaults({ spec }) {
    spec?.limits?.forEach(defaultLimit);
  },

  validateCreate: validateLimitRange,
  validateUpdate: validateLimitRange,
  allowCreateOnUpdate: true,

  columns: [createdAtColumn()],
});

/** The limit a container gets follows from the maximum, what it asks for from that limit, or else from the minimum. */
function defaultLimit(limit: LimitRangeItem): void {
  if (limit.type === 'Container') {
    const limits = { ...limit.max, ...limit.default };
    const requests = { ...limit.min, ...limits, ...limit.defaultRequest };
    if (Object.keys(limits).length > 0) limit.default = limits;
    if (Object.keys(requests).length > 0) limit.defaultRequest = requests;
  }
  for (const list of [limit.max, limit.min, limit.default, limit.defaultRequest, limit.maxLimitRequestRatio]) {
    defaultResourceList(list);
  }
}
