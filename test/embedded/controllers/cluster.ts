import { standardAdmission } from '../../../src/embedded/apiserver/admission/standard.ts';
import { Authorizer } from '../../../src/embedded/apiserver/auth/authorizer.ts';
import { Rbac } from '../../../src/embedded/apiserver/auth/rbac.ts';
import { ServiceAccountTokens } from '../../../src/embedded/apiserver/auth/service-account-tokens.ts';
import { bootstrapObjects, nodeRules } from '../../../src/embedded/apiserver/bootstrap/objects.ts';
import { createSigningKey } from '../../../src/embedded/apiserver/certificate.ts';
import { Engine } from '../../../src/embedded/apiserver/engine/engine.ts';
import { Registry } from '../../../src/embedded/apiserver/registry.ts';
import { definitions } from '../../../src/embedded/apiserver/resources/index.ts';
import { Schemas } from '../../../src/embedded/apiserver/schema/schemas.ts';
import { standardSubresources } from '../../../src/embedded/apiserver/subresources/standard.ts';
import type { Client, Controller, ResourceRef } from '../../../src/embedded/client/client.ts';
import { apiResources } from '../../../src/embedded/client/discovery.ts';
import { componentIdentity, InProcessClient } from '../../../src/embedded/client/in-process-client.ts';
import { Informers } from '../../../src/embedded/client/informer.ts';
import * as refs from '../../../src/embedded/client/refs.ts';
import { ManualClock } from '../../../src/embedded/clock.ts';
import type { ControllerContext } from '../../../src/embedded/controllers/shared/context.ts';
import { VersionedStore } from '../../../src/embedded/storage/versioned-store.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';
import type { Event } from '../../../src/kubernetes/objects.ts';
import { FakeNodes } from './fake-nodes.ts';

const schemas = Schemas.load();
const signingKey = createSigningKey();

/**
 * An API server without HTTP, with controllers whose rights are those of their accounts, and nodes on which Pods are
 * ready as soon as they are allowed to be. Time stands still but for `advance`.
 */
export class TestCluster {
  readonly clock = new ManualClock();
  readonly store = new VersionedStore({ clock: this.clock, freeze: true });
  readonly engine: Engine;
  /** The administrator's. */
  readonly client: Client;
  readonly context: ControllerContext;
  readonly nodes: FakeNodes;
  /** What controllers had to try again, as "statefulset-controller default/kubia: why". */
  readonly failures: string[] = [];
  readonly #informers: Informers;
  readonly #authorizer: Authorizer;
  readonly #controllers: readonly Controller[];

  constructor(controllers: readonly ((context: ControllerContext) => Controller)[]) {
    this.#authorizer = new Authorizer(new Rbac(this.store), nodeRules());
    const registry = new Registry(definitions);
    const { store, clock } = this;
    this.engine = new Engine({ store, clock, schemas, registry, admission: standardAdmission(this.#authorizer) });
    this.#informers = new Informers(this.engine);
    this.client = this.clientAs('kubernetes-admin', ['system:masters'], 'kubectl');
    this.context = {
      clock,
      clientFor: (account) => {
        const { user, fieldManager } = componentIdentity(account);
        return this.clientAs(user.name, user.groups ?? [], fieldManager);
      },
      resources: apiResources(registry),
      failed: (controller, key, error) => {
        this.failures.push(`${controller} ${key}: ${error instanceof Error ? error.message : error}`);
      },
    };
    this.#controllers = controllers.map((create) => create(this.context));
    const scheduled = this.#controllers.some(({ name }) => name === 'kube-scheduler');
    this.nodes = new FakeNodes(this.client, this.clock, { scheduled });
  }

  /** Begins with what every cluster has, then lets everybody work. */
  static async start(...controllers: ((context: ControllerContext) => Controller)[]): Promise<TestCluster> {
    const cluster = new TestCluster(controllers);
    for (const object of bootstrapObjects()) {
      const { group, version, plural } = cluster.engine.registry.kind(object.apiVersion, object.kind)!;
      await cluster.client.resource({ group, version, plural }).create(object);
    }
    await cluster.create(refs.serviceAccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'default' },
    });
    cluster.nodes.start();
    for (const controller of cluster.#controllers) controller.start();
    await cluster.settle();
    return cluster;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.stop()));
    this.nodes.stop();
    this.#informers.stop();
    this.engine.stop();
  }

  clientAs(name: string, groups: readonly string[], fieldManager: string): Client {
    const { engine, clock, store } = this;
    const tokens = new ServiceAccountTokens({
      clock,
      privateKey: signingKey,
      get: (resource, namespace, name) => store.get({ resource, namespace, name }),
    });
    const access = {
      engine,
      subresources: standardSubresources(engine, tokens),
      authorizer: this.#authorizer,
      informers: this.#informers,
    };
    return new InProcessClient(access, { user: { name, groups }, fieldManager });
  }

  create<T extends KubeObject>(ref: ResourceRef<T>, object: T): Promise<T> {
    const namespaced = this.engine.registry.resource(ref.group, ref.version, ref.plural)?.namespaced;
    const { namespace = 'default' } = object.metadata;
    return this.client
      .resource(ref)
      .create(namespaced ? { ...object, metadata: { ...object.metadata, namespace } } : object);
  }

  get<T extends KubeObject>(ref: ResourceRef<T>, name: string, namespace = 'default'): T | undefined {
    return this.client.informer(ref).get(namespace, name);
  }

  list<T extends KubeObject>(ref: ResourceRef<T>, namespace = 'default'): readonly T[] {
    return this.client.informer(ref).list(namespace);
  }

  names(ref: ResourceRef<KubeObject>, namespace = 'default'): string[] {
    return this.list(ref, namespace).map(({ metadata }) => metadata.name);
  }

  /** The messages of Events about an object, as "SuccessfulCreate: create Pod …", in the order they were written. */
  async events(name: string): Promise<string[]> {
    await this.settle();
    return this.list(refs.events)
      .filter((event: Event) => event.involvedObject.name === name)
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** Lets everybody do what there is to do now. */
  async settle(): Promise<void> {
    for (let quiet = 0, revision = this.store.revision; quiet < 2; ) {
      await this.clock.advance(0);
      quiet = this.store.revision === revision ? quiet + 1 : 0;
      revision = this.store.revision;
    }
  }

  async advance(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1000);
    await this.settle();
  }
}
