import { badRequest } from '../../../kubernetes/errors.ts';
import type { Pod } from '../../../kubernetes/objects.ts';

/** The container that is meant: the one named, or the only one. @throws ApiError BadRequest */
export function containerOf({ metadata, spec }: Pod, named: string | undefined): string {
  const names = [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...((spec.ephemeralContainers ?? []) as { name: string }[]),
  ].map(({ name }) => name);
  if (named) {
    if (names.includes(named)) return named;
    throw badRequest(`container ${named} is not valid for pod ${metadata.name}`);
  }
  if (spec.containers.length === 1) return spec.containers[0]!.name;
  throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]`);
}

/** @throws ApiError BadRequest where the Pod has no node yet */
export function requireNode({ metadata, spec }: Pod): void {
  if (!spec.nodeName) throw badRequest(`pod ${metadata.name} does not have a host assigned`);
}

/** "kubia-0", "kubia-0:8080", "https:kubia-0:8443" */
export interface ProxyTarget {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  /** A number, or a Service port's name. */
  readonly port: string;
}

/** k8s.io/apimachinery/pkg/util/net.SplitSchemeNamePort. @throws ApiError BadRequest */
export function parseProxyTarget(text: string, what: 'pod' | 'service' | 'node'): ProxyTarget {
  const parts = text.split(':');
  const invalid = () => badRequest(`invalid ${what} request ${JSON.stringify(text)}`);
  if (parts.length > 3) throw invalid();
  const [scheme = '', name = '', port = ''] =
    parts.length === 3 ? parts : parts.length === 2 ? ['', ...parts] : ['', text, ''];
  if (!name || (scheme && scheme !== 'http' && scheme !== 'https')) throw invalid();
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port };
}
