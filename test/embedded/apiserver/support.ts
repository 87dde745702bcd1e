import type { AdmissionPlugin } from '../../../src/embedded/apiserver/admission/chain.ts';
import { Engine } from '../../../src/embedded/apiserver/engine/engine.ts';
import type { Body, Caller } from '../../../src/embedded/apiserver/engine/request.ts';
import { Registry } from '../../../src/embedded/apiserver/registry.ts';
import { defineResource, type ResourceDefinition } from '../../../src/embedded/apiserver/resource.ts';
import { Schemas } from '../../../src/embedded/apiserver/schema/schemas.ts';
import { invalid } from '../../../src/embedded/apiserver/validation/field.ts';
import { validateObjectMeta } from '../../../src/embedded/apiserver/validation/object-meta.ts';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { VersionedStore } from '../../../src/embedded/storage/versioned-store.ts';
import { nameIsDNSSubdomain } from '../../../src/kubernetes/names.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';
import type { ConfigMap, Deployment, Event, Namespace, Pod, Service } from '../../../src/kubernetes/objects.ts';

/** Kinds pared down to what the engine itself has to do for them. */

const configMaps = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ConfigMap',
  validateName: nameIsDNSSubdomain,
  validateCreate: (object) =>
    validateObjectMeta(object.metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
  columns: [
    {
      name: 'Data',
      type: 'string',
      description: 'Entries',
      priority: 0,
      value: ({ data }) => Object.keys(data ?? {}).length,
    },
  ],
});

const namespaces = defineResource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  namespaced: false,
  schema: 'io.k8s.api.core.v1.Namespace',
  validateName: nameIsDNSSubdomain,
  prepareForCreate: (draft) => {
    draft.spec = { finalizers: ['kubernetes'] };
    draft.status = { phase: 'Active' };
  },
  status: {},
  returnsDeletedObject: true,
  deletionHold: {
    pending: ({ spec }) => (spec.finalizers ?? []).length > 0,
    begin: (draft) => {
      draft.status = { ...draft.status, phase: 'Terminating' };
    },
  },
  columns: [],
});

const pods = defineResource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Pod',
  validateName: nameIsDNSSubdomain,
  prepareForCreate: (draft) => {
    draft.metadata.generation = 1;
    draft.status = { phase: 'Pending' };
  },
  status: {},
  returnsDeletedObject: true,
  gracefulDeletion: {
    period: ({ spec }, requested) => (spec.nodeName ? (requested ?? spec.terminationGracePeriodSeconds ?? 30) : 0),
  },
  selectableFields: { 'spec.nodeName': ({ spec }) => spec.nodeName ?? '' },
  columns: [],
});

const deployments = defineResource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.Deployment',
  validateName: nameIsDNSSubdomain,
  defaults: (draft) => {
    draft.spec.replicas ??= 1;
  },
  prepareForCreate: (draft) => {
    draft.metadata.generation = 1;
    draft.status = {};
  },
  prepareForUpdate: (draft, current) => {
    draft.status = current.status;
    if (JSON.stringify(draft.spec) !== JSON.stringify(current.spec)) {
      draft.metadata.generation = (current.metadata.generation ?? 0) + 1;
    }
  },
  validateUpdate: ({ spec }) =>
    (spec.replicas ?? 0) < 0 ? [invalid('spec.replicas', spec.replicas, 'must be greater than or equal to 0')] : [],
  warnings: ({ metadata }) => (metadata.labels?.old ? ['metadata.labels: old is deprecated'] : []),
  status: {},
  scale: {
    getReplicas: ({ spec }) => spec.replicas ?? 0,
    setReplicas: (draft, replicas) => {
      draft.spec.replicas = replicas;
    },
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: () => 'app=kubia',
  },
  columns: [],
});

/** Each holds one address of a pool. */
const services = defineResource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Service',
  validateName: nameIsDNSSubdomain,
  prepareForCreate: (draft, { reserve }) => {
    const free = ['10.0.0.1', '10.0.0.2'].find((address) => reserve('clusterIPs', address));
    if (free) draft.spec.clusterIP = free;
  },
  validateCreate: ({ spec, metadata }) => [
    ...(spec.clusterIP ? [] : [invalid('spec.clusterIP', '', 'no address is free')]),
    ...(metadata.name === 'refused' ? [invalid('metadata.name', metadata.name, 'is refused')] : []),
  ],
  holds: ({ spec }) => (spec.clusterIP ? [{ pool: 'clusterIPs', value: spec.clusterIP }] : []),
  columns: [],
});

const events = defineResource<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Event',
  validateName: nameIsDNSSubdomain,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: true,
  timeToLive: 3600,
  columns: [],
});

const leases = defineResource({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  schema: 'io.k8s.api.coordination.v1.Lease',
  validateName: nameIsDNSSubdomain,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  columns: [],
});

export const testDefinitions: readonly ResourceDefinition[] = [
  configMaps,
  namespaces,
  pods,
  deployments,
  services,
  events,
  leases,
];

const schemas = Schemas.load();

export class TestEngine {
  readonly clock = new ManualClock();
  readonly store: VersionedStore;
  readonly engine: Engine;
  readonly warnings: string[] = [];
  readonly caller: Caller = {
    user: { name: 'jane', groups: ['system:authenticated'] },
    agent: 'kubectl/v1.33.0 (linux/amd64)',
    warn: (message) => this.warnings.push(message),
  };

  constructor({
    admission = [],
    store,
    definitions = testDefinitions,
  }: {
    admission?: readonly AdmissionPlugin[];
    store?: VersionedStore;
    definitions?: readonly ResourceDefinition[];
  } = {}) {
    this.store = store ?? new VersionedStore({ clock: this.clock, freeze: true });
    const registry = new Registry(definitions);
    this.engine = new Engine({ store: this.store, clock: this.clock, schemas, registry, admission });
  }

  definition(name: string): ResourceDefinition {
    return this.engine.registry.named(name)!;
  }

  create<T extends KubeObject>(name: string, object: object, options = {}): Promise<T> {
    const definition = this.definition(name);
    const { namespace = definition.namespaced ? 'default' : '' } = (object as KubeObject).metadata ?? {};
    return this.engine.create(this.caller, definition, namespace, { value: object }, options) as Promise<T>;
  }

  get<T extends KubeObject>(name: string, object: string, namespace = 'default'): T {
    const definition = this.definition(name);
    return this.engine.get(definition, { namespace: definition.namespaced ? namespace : '', name: object }) as T;
  }

  async update<T extends KubeObject>(name: string, object: object, subresource: '' | 'status' = ''): Promise<T> {
    const { metadata } = object as KubeObject;
    const at = { namespace: metadata.namespace ?? '', name: metadata.name };
    const definition = this.definition(name);
    const result = await this.engine.update(this.caller, definition, at, subresource, { value: object });
    return result.object as T;
  }

  async patch<T extends KubeObject>(
    name: string,
    object: string,
    type: 'merge' | 'strategic' | 'json' | 'apply',
    value: Body['value'],
    options = {},
  ): Promise<T> {
    const at = { namespace: 'default', name: object };
    const definition = this.definition(name);
    const result = await this.engine.patch(this.caller, definition, at, '', { value }, { type, ...options });
    return result.object as T;
  }

  delete(name: string, object: string, options = {}) {
    const definition = this.definition(name);
    const at = { namespace: definition.namespaced ? 'default' : '', name: object };
    return this.engine.delete(this.caller, definition, at, options);
  }
}
