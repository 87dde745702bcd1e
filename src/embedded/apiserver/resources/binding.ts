import type { Binding } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';

/** What says that a Pod runs on a Node. It is carried out, not kept. */
export const binding = defineResource<Binding>({
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  singular: 'binding',
  namespaced: true,
  verbs: ['create'],
  schema: 'io.k8s.api.core.v1.Binding',
  validateName: () => [],
  columns: [],
});
