import type { Container, Pod } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import type { ContainerConfig, Mount } from '../../containers/runtime.ts';
import type { NetworkStack } from '../../network/network.ts';
import { expand, lookupIn } from './expansion.ts';

export interface ContainerConfigInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly node: string;
  readonly attempt: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly network: NetworkStack;
  readonly hostname: string;
}

/** What the container runtime is asked to make. */
export function containerConfig(input: ContainerConfigInput): ContainerConfig {
  const { pod, container, environment } = input;
  const { metadata, spec } = pod;
  const security = { ...spec.securityContext, ...container.securityContext };
  const lookup = lookupIn(environment);
  const expanded = (texts: readonly string[] | undefined) => texts?.map((text) => expand(text, lookup));
  const memory = Quantity.tryParse(container.resources?.limits?.memory);
  const groups = [spec.securityContext?.fsGroup, ...(spec.securityContext?.supplementalGroups ?? [])];
  return {
    pod: { namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid ?? '' },
    name: container.name,
    attempt: input.attempt,
    node: input.node,
    image: container.image ?? '',
    command: expanded(container.command),
    args: expanded(container.args),
    workingDir: container.workingDir,
    env: environment,
    mounts: input.mounts,
    tty: container.tty ?? false,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    readOnlyRootFilesystem: security.readOnlyRootFilesystem ?? false,
    runAsUser: security.runAsUser,
    runAsGroup: security.runAsGroup,
    supplementalGroups: groups.filter((group) => group !== undefined),
    network: input.network,
    hostname: input.hostname,
    ...(memory && !memory.isZero && { limits: { memoryBytes: memory.value() } }),
  };
}

/**
 * A container that must not run as root (kuberuntime's verifyRunAsNonRoot).
 * @param imageUser who the image's processes are, where that is known
 * @throws Error in the kubelet's words
 */
export function checkNonRoot(pod: Pod, container: Container, imageUser: number | undefined): void {
  const { runAsNonRoot, runAsUser } = { ...pod.spec.securityContext, ...container.securityContext };
  if (!runAsNonRoot) return;
  const where = `(pod: "${podDescription(pod)}", container: ${container.name})`;
  if (runAsUser === 0) throw new Error(`container's runAsUser breaks non-root policy ${where}`);
  if (runAsUser === undefined && imageUser === 0) {
    throw new Error(`container has runAsNonRoot and image will run as root ${where}`);
  }
}

/** How the kubelet names a Pod in messages: "kubia-0_default(uid)". */
export function podDescription({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
}
