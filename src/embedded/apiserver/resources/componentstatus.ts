import type { ComponentStatus } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { column } from './columns/common.ts';

/** The parts of the control plane, looked at whenever somebody asks, and not kept (pkg/registry/core/componentstatus). */
export const componentstatus = defineResource<ComponentStatus>({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  namespaced: false,
  verbs: ['get', 'list'],
  schema: 'io.k8s.api.core.v1.ComponentStatus',
  validateName: () => [],
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',

  columns: [
    column('Status', 'string', 'Status of the component conditions', (object) => {
      const status = healthy(object)?.status;
      if (status === undefined) return 'Unknown';
      return status === 'True' ? 'Healthy' : 'Unhealthy';
    }),
    column('Message', 'string', 'Message of the component conditions', (object) => healthy(object)?.message ?? ''),
    column('Error', 'string', 'Error of the component conditions', (object) => healthy(object)?.error ?? ''),
  ],
});

function healthy({ conditions = [] }: ComponentStatus) {
  return conditions.find(({ type }) => type === 'Healthy');
}
