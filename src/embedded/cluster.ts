import { join } from 'node:path';
import { mastersGroup } from './apiserver/auth/authorizer.ts';
import { certificateAuthority } from './apiserver/certificate.ts';
import { type ClusterIdentity, kubeconfig, loadIdentity, saveIdentity } from './apiserver/identity.ts';
import type { Dialer, NodeBackend } from './apiserver/node-backend.ts';
import { OpenApi } from './apiserver/openapi/openapi.ts';
import type { UserInfo } from './apiserver/resource.ts';
import { definitions } from './apiserver/resources/index.ts';
import { Schemas } from './apiserver/schema/schemas.ts';
import { ApiServer } from './apiserver/server.ts';
import type { Client } from './client/client.ts';
import { apiResources } from './client/discovery.ts';
import { componentIdentity, type Identity, InProcessClient, nodeUser } from './client/in-process-client.ts';
import { Informers } from './client/informer.ts';
import * as refs from './client/refs.ts';
import { type Clock, RealClock } from './clock.ts';
import { latencies, SimulatedRuntime } from './containers/simulated-runtime.ts';
import { controlPlanePods } from './controllers/bootstrap/control-plane.ts';
import { population as clusterPopulation } from './controllers/bootstrap/population.ts';
import { standardControllers } from './controllers/index.ts';
import { schedulerController } from './controllers/scheduler/controller.ts';
import type { ControllerContext } from './controllers/shared/context.ts';
import { Kubelet, kubeletLatencies } from './kubelet/kubelet.ts';
import { Kubelets } from './kubelet/kubelets.ts';
import { kindNodes } from './kubelet/node/kind-nodes.ts';
import type { KubeletLatencies } from './kubelet/node/node-context.ts';
import { ClusterNetwork } from './network/cluster-network.ts';
import { openStorage, type Storage } from './storage/open.ts';

/** What a cluster is started with. All of it can be sent to another thread. */
export interface ClusterSettings {
  /** Where it is kept; in memory, and gone with the process, when absent. */
  readonly folder?: string;
  /** Of the Kubernetes API. Absent: the one of last time, else any that is free. */
  readonly port?: number;
  /** How long simulated work (pulling, starting, binding) takes. */
  readonly speed: 'learner' | 'max';
  /** How many seconds of declared durations pass in one; 1 when absent. */
  readonly rate?: number;
  /** Says on standard error what controllers and nodes could not do at once: for those who work on the cluster. */
  readonly verbose?: boolean;
}

export type NodeAction = 'stop' | 'start' | 'partition';

export interface RunningEmbeddedCluster {
  /** The administrator's, as YAML. */
  readonly kubeconfig: string;
  /** "v1.33.13" */
  readonly version: string;
  node(action: NodeAction, name: string): Promise<void>;
  /** Resolves once nothing runs and everything is on disk. */
  stop(): Promise<void>;
}

/** kind's name for it, which its nodes' names begin with. */
const clusterName = 'ordinal';
/** Who the kubeconfig is for: an administrator by the ClusterRoleBinding of his group, as kubeadm makes him. */
const administrator: UserInfo = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins'] };
/** Who sets up what comes with the cluster, whatever became of that binding. */
const installer: UserInfo = { name: 'kubernetes-super-admin', groups: [mastersGroup] };
/** Milliseconds to make a volume. */
const provisioning = { learner: 150, max: 0 };
/** For as long as a rehearsal may take, times its rate: see RealClock. */
const headStart = 12 * 3600_000;

/** What a cluster rests on, where it is not to be the machine's time and what the settings say. */
export interface Foundations {
  readonly clock: Clock;
  readonly storage: Storage;
}

/**
 * Starts a cluster and resolves once its API serves. This is where all the parts meet: each gets what it needs, and
 * none looks for it.
 */
export async function startCluster(
  settings: ClusterSettings,
  foundations?: Foundations,
): Promise<RunningEmbeddedCluster> {
  const { folder, rate, speed } = settings;
  const clock = foundations?.clock ?? new RealClock(rate && rate !== 1 ? { rate, headStart } : {});
  const { store, volumes } =
    foundations?.storage ?? (await openStorage(clock, folder && join(folder, 'state'), console.error));
  const identity = loadIdentity(folder, clock);
  const schemas = Schemas.load();
  const nodes = new Later<NodeBackend>('the kubelets');
  const dialer = new Later<Dialer>('the network');
  const server = new ApiServer({
    store,
    clock,
    schemas,
    definitions,
    nodes: {
      exec: (...args) => nodes.get().exec(...args),
      attach: (...args) => nodes.get().attach(...args),
      logs: (...args) => nodes.get().logs(...args),
      dialPod: (...args) => nodes.get().dialPod(...args),
    },
    dialer: { dial: (...args) => dialer.get().dial(...args) },
    identity: identity.server,
    signingKey: identity.signingKey,
    tokens: [{ token: identity.adminToken, user: administrator }],
    openApi: (served) => new OpenApi(schemas, served),
  });
  const informers = new Informers(server.engine);
  const { engine, subresources, authorizer } = server;
  const clientOf = (identity: Identity): Client =>
    new InProcessClient({ engine, subresources, authorizer, informers }, identity);
  const failed = (where: string, error: unknown) => {
    if (settings.verbose) console.error(`${where}:`, error);
  };
  const runtime = new SimulatedRuntime({ clock, latencies: latencies[speed] });
  const machines = kindNodes(clusterName);
  const controlPlane = machines[0]!;
  const network = new ClusterNetwork({
    clock,
    nodes: machines.map(({ name, address, podRange }) => ({ name, address, podRange })),
    services: informers.of(refs.services),
    endpointSlices: informers.of(refs.endpointSlices),
    namespaces: informers.of(refs.namespaces),
    apiServer: { node: controlPlane.name, port: 6443, accept: (connection) => server.accept(connection) },
  });
  dialer.set(network);
  const kubelets = machines.map(
    (config) =>
      new Kubelet({
        config,
        cluster: clusterName,
        client: clientOf({ user: nodeUser(config.name), fieldManager: 'kubelet' }),
        clock,
        runtime,
        network,
        volumes,
        latencies: scaled(kubeletLatencies[speed], rate),
        staticPods: config.controlPlane
          ? controlPlanePods({ cluster: clusterName, node: config.name, address: config.address })
          : [],
        failed: (error) => failed(config.name, error),
      }),
  );
  nodes.set(new Kubelets({ kubelets, pods: informers.of(refs.pods), clock, network }));
  const { authorityKey } = identity.server;
  const context: ControllerContext = {
    clock,
    clientFor: (component) => clientOf(componentIdentity(component)),
    resources: apiResources(engine.registry),
    rootCA: identity.server.ca,
    ...(authorityKey && { authority: certificateAuthority(identity.server.ca, authorityKey) }),
    failed: (controller, key, error) => failed(`${controller} ${key}`, error),
  };
  const controllers = [
    schedulerController(context),
    ...standardControllers(context, { volumes, latency: provisioning[speed] }),
  ];

  const population = clusterPopulation({
    cluster: clusterName,
    rootCA: identity.server.ca,
    address: controlPlane.address,
    resources: context.resources,
    clientFor: (fieldManager) => clientOf({ user: installer, fieldManager }),
  });

  await server.bootstrap();
  await population.prepare();
  await Promise.all(kubelets.map((kubelet) => kubelet.start()));
  for (const controller of controllers) controller.start();
  const port = await serve(server, settings, identity);
  const complete = population.complete().catch((error) => failed('population', error));
  return {
    kubeconfig: kubeconfig(identity, port),
    version: 'v1.33.13',
    node: (action, name) => switchNode(kubelets, action, name),
    stop: async () => {
      await complete;
      await server.close();
      await Promise.all([
        ...controllers.map((controller) => controller.stop()),
        ...kubelets.map((kubelet) => kubelet.stop()),
      ]);
      informers.stop();
      await store.close();
    },
  };
}

/** In a rehearsal many commands share the processors, and kubectl takes that much longer between its looks. */
const rehearsalTeardown = 1000;

/** They are the machine's own time, however fast declared durations pass. */
function scaled({ sandbox, teardown }: KubeletLatencies, rate = 1): KubeletLatencies {
  const looked = rate > 1 ? Math.max(teardown, rehearsalTeardown) : teardown;
  return { sandbox: sandbox * rate, teardown: looked * rate };
}

async function switchNode(kubelets: readonly Kubelet[], action: NodeAction, name: string): Promise<void> {
  const kubelet = kubelets.find((one) => one.name === name);
  if (!kubelet) {
    throw new Error(`There is no node "${name}". There are ${kubelets.map((one) => one.name).join(', ')}.`);
  }
  if (action === 'partition') kubelet.partition();
  else await kubelet[action]();
}

/** On the port that was asked for, or the one of last time, or any. */
async function serve(server: ApiServer, { folder, port }: ClusterSettings, identity: ClusterIdentity): Promise<number> {
  let served: number;
  if (port !== undefined || identity.port === undefined) served = await server.listen(port ?? 0);
  else served = await server.listen(identity.port).catch(() => server.listen(0));
  if (folder && (served !== identity.port || port !== undefined)) saveIdentity(folder, { ...identity, port: served });
  return served;
}

/** A part that another one needs before it exists, and asks only once both do. */
class Later<T> {
  #part: T | undefined;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  set(part: T): void {
    this.#part = part;
  }

  get(): T {
    if (!this.#part) throw new Error(`${this.#name} are asked for before the cluster is wired`);
    return this.#part;
  }
}
