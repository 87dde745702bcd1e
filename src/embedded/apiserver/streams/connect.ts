import { badRequest, methodNotAllowed, serviceUnavailable } from '../../../kubernetes/errors.ts';
import type { EndpointSlice, Node, Pod, Service } from '../../../kubernetes/objects.ts';
import type { Engine } from '../engine/engine.ts';
import type { Caller } from '../engine/request.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ResourceInfo } from '../http/request-info.ts';
import type { Dialer, NodeBackend } from '../node-backend.ts';
import type { ResourceDefinition } from '../resource.ts';
import { serveLog, serveLogSocket } from './logs.ts';
import { forwardedPorts, servePortForward } from './port-forward.ts';
import { type Backend, serveProxy, serveProxyUpgrade } from './proxy.ts';
import { remoteOptions, serveRemoteCommand } from './remote-command.ts';
import { containerOf, parseProxyTarget, requireNode } from './targets.ts';
import type { Upgrade } from './websocket.ts';

/** The port of a node that its kubelet listens on. */
const kubeletPort = 10_250;

/** A request to one of the subresources that lead to a node or into the cluster's network. */
export interface ConnectCall {
  readonly caller: Caller;
  readonly definition: ResourceDefinition;
  readonly resource: ResourceInfo;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly rawQuery: string;
  /** The request's path up to and with "proxy". */
  readonly prefix: string;
}

/** exec, attach, portforward, log and proxy. */
export class Connections {
  readonly #engine: Engine;
  readonly #nodes: NodeBackend;
  readonly #dialer: Dialer;

  constructor(engine: Engine, nodes: NodeBackend, dialer: Dialer) {
    this.#engine = engine;
    this.#nodes = nodes;
    this.#dialer = dialer;
  }

  handles({ plural, group }: ResourceDefinition, subresource: string): boolean {
    if (group !== '') return false;
    if (plural === 'pods') return ['exec', 'attach', 'portforward', 'log', 'proxy'].includes(subresource);
    return subresource === 'proxy' && (plural === 'services' || plural === 'nodes');
  }

  /** Over plain HTTP. */
  async serve(exchange: Exchange, call: ConnectCall): Promise<void> {
    const { subresource, rest } = call.resource;
    if (subresource === 'log') {
      if (call.method !== 'GET') throw methodNotAllowed();
      return serveLog(exchange, this.#pod(call), this.#nodes);
    }
    if (subresource !== 'proxy') {
      // What would be refused anyway is said first.
      await this.#prepare(call);
      throw badRequest('Upgrade request required');
    }
    if (!rest) {
      // Without its last slash, relative links in what comes back would lead elsewhere.
      const location = `${exchange.rawPath}/${exchange.rawQuery ? `?${exchange.rawQuery}` : ''}`;
      return exchange.send(301, '', {
        ...exchange.headers('text/plain; charset=utf-8'),
        Location: location,
      });
    }
    this.#admit(call);
    await serveProxy(exchange, this.#dialer, this.#backend(call), call.prefix, rest);
  }

  /** Over a connection that asks to be something else. @throws ApiError before it has been taken over */
  async upgrade(upgrade: Upgrade, call: ConnectCall): Promise<void> {
    const { subresource, rest } = call.resource;
    switch (subresource) {
      case 'log':
        return serveLogSocket(upgrade, this.#pod(call), call.query, this.#nodes);
      case 'proxy': {
        this.#admit(call);
        const path = `${rest || '/'}${call.rawQuery ? `?${call.rawQuery}` : ''}`;
        return serveProxyUpgrade(upgrade, this.#dialer, this.#backend(call), path);
      }
      default: {
        const connect = await this.#prepare(call);
        return connect(upgrade);
      }
    }
  }

  /** Checks everything that can be wrong with an exec, attach or portforward. @throws ApiError */
  async #prepare(call: ConnectCall): Promise<(upgrade: Upgrade) => Promise<void>> {
    const { query, resource } = call;
    const pod = this.#pod(call);
    const { name, namespace = '' } = pod.metadata;
    if (resource.subresource === 'portforward') {
      requireNode(pod);
      const ports = forwardedPorts(query);
      this.#admit(call);
      return (upgrade) => servePortForward(upgrade, ports, (port) => this.#nodes.dialPod({ namespace, name }, port));
    }
    const container = containerOf(pod, query.get('container') ?? undefined);
    requireNode(pod);
    const options = remoteOptions(query);
    this.#admit(call);
    const target = { namespace, pod: name, container };
    const command = query.getAll('command');
    return (upgrade) =>
      serveRemoteCommand(upgrade, options, (streams) =>
        resource.subresource === 'exec'
          ? this.#nodes.exec(target, command, streams)
          : this.#nodes.attach(target, streams),
      );
  }

  #pod({ definition, resource }: ConnectCall): Pod {
    return this.#engine.get(definition, resource) as Pod;
  }

  #admit({ caller, definition, resource }: ConnectCall): void {
    const { namespace, name, subresource } = resource;
    this.#engine.admit(caller, { operation: 'CONNECT', definition, namespace, name, subresource, dryRun: false });
  }

  #backend(call: ConnectCall): Backend {
    switch (call.definition.plural) {
      case 'services':
        return this.#serviceBackend(call);
      case 'nodes':
        return this.#nodeBackend(call);
      default:
        return this.#podBackend(call);
    }
  }

  #podBackend({ definition, resource }: ConnectCall): Backend {
    const { scheme, name, port } = parseProxyTarget(resource.name, 'pod');
    const { spec, status } = this.#engine.get(definition, { namespace: resource.namespace, name }) as Pod;
    const first = spec.containers.flatMap(({ ports }) => ports ?? [])[0]?.containerPort;
    const host = status?.podIPs?.[0]?.ip ?? status?.podIP;
    if (!host) throw badRequest('address not allowed');
    return { scheme, host, port: portNumber(port) ?? first ?? (scheme === 'https' ? 443 : 80) };
  }

  #nodeBackend({ definition, resource }: ConnectCall): Backend {
    const { scheme, name, port } = parseProxyTarget(resource.name, 'node');
    const node = this.#engine.get(definition, { namespace: '', name }) as Node;
    const { addresses = [] } = node.status ?? {};
    const host = (addresses.find(({ type }) => type === 'InternalIP') ?? addresses[0])?.address;
    if (!host) throw badRequest('address not allowed');
    const number = portNumber(port);
    return { scheme: number === undefined ? 'https' : scheme, host, port: number ?? kubeletPort };
  }

  #serviceBackend({ definition, resource }: ConnectCall): Backend {
    const { namespace } = resource;
    const { scheme, name, port } = parseProxyTarget(resource.name, 'service');
    const service = this.#engine.get(definition, { namespace, name }) as Service;
    const portName = servicePortName(service, name, port);
    const slices = this.#engine.list(this.#engine.registry.named('endpointslices.discovery.k8s.io')!, namespace, {
      labelSelector: `kubernetes.io/service-name=${name}`,
    }).items as readonly EndpointSlice[];
    const candidates = slices.flatMap(({ endpoints = [], ports = [] }) => {
      const number = ports?.find((each) => (each.name ?? '') === portName)?.port;
      if (!number) return [];
      return (endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false)
        .map(({ addresses }) => ({ host: addresses[0]!, port: number }));
    });
    if (candidates.length === 0) {
      const none = slices.every(({ endpoints }) => !endpoints?.length);
      throw serviceUnavailable(`no endpoints available for service "${none ? name : resource.name}"`);
    }
    const chosen = candidates[Math.floor(Math.random() * candidates.length)]!;
    return { scheme, ...chosen };
  }
}

/**
 * The name of the port that is meant, which endpoints are looked up by. As in Kubernetes a Service is not asked for its
 * only port: without one in the request it is the port without a name.
 */
function servicePortName({ spec }: Service, name: string, port: string): string {
  if (!/^[+-]?\d+$/.test(port)) return port;
  const found = spec.ports?.find((each) => each.port === Number(port));
  if (!found) throw serviceUnavailable(`no service port ${Number(port)} found for service "${name}"`);
  return found.name ?? '';
}

function portNumber(text: string): number | undefined {
  if (!text) return undefined;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw badRequest(`invalid port ${JSON.stringify(text)}`);
  return port;
}
