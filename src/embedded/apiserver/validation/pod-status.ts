import { GoLiteral } from '../../../kubernetes/go-format.ts';
import { parseIp } from '../../../kubernetes/ip.ts';
import { isQualifiedName, isValidUnixId, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ContainerStatus, Pod } from '../../../kubernetes/objects.ts';
import { validateImmutable } from './equality.ts';
import { type FieldError, forbidden, invalid, invalidEach } from './field.ts';
import { validateLegacyIp } from './ip.ts';
import { validateObjectMetaUpdate } from './object-meta.ts';
import { validatePodAnnotationsUpdate } from './pod-annotations.ts';

/** ValidatePodStatusUpdate (pkg/apis/core/validation): what a kubelet may report. */
export function validatePodStatusUpdate(pod: Pod, current: Pod): FieldError[] {
  const { metadata, spec } = pod;
  const status = pod.status ?? {};
  const previous = current.status ?? {};
  const errors = [
    ...validateObjectMetaUpdate(metadata, current.metadata),
    ...validatePodAnnotationsUpdate(metadata.annotations, current.metadata.annotations, spec, 'metadata.annotations'),
  ];
  status.conditions?.forEach(({ type = '' }, index) => {
    if (['PodScheduled', 'Ready', 'Initialized'].includes(type)) return;
    errors.push(...invalidEach(`status.conditions[${index}].Type`, type, isQualifiedName(type)));
  });
  if ((spec.nodeName ?? '') !== (current.spec.nodeName ?? '')) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'));
  }
  const { nominatedNodeName: nominated } = status;
  if (nominated && nominated !== previous.nominatedNodeName) {
    errors.push(...invalidEach('status.nominatedNodeName', nominated, nameIsDNSSubdomain(nominated, false)));
  }
  errors.push(...validateImmutable('string', status.qosClass ?? '', previous.qosClass ?? '', 'status.qosClass'));
  const { restartPolicy, initContainers } = current.spec;
  const sidecars = new Set(
    initContainers?.filter((container) => container.restartPolicy === 'Always').map(({ name }) => name),
  );
  const statuses = [
    ['containerStatuses', restartPolicy, () => false],
    ['initContainerStatuses', restartPolicy, (name: string) => sidecars.has(name)],
    // Ephemeral containers never start again.
    ['ephemeralContainerStatuses', 'Never', () => false],
  ] as const;
  for (const [field, policy, restarts] of statuses) {
    errors.push(...validateTransitions(status[field], previous[field], policy, restarts, `status.${field}`));
  }
  errors.push(...validateAddresses(status.podIPs, previous.podIPs, 'core.PodIP', 'status.podIPs'));
  if (status.hostIPs?.length && status.hostIP !== status.hostIPs[0]!.ip) {
    errors.push(invalid('status.hostIPs[0].ip', status.hostIPs[0]!.ip, 'must be equal to `hostIP`'));
  }
  errors.push(...validateAddresses(status.hostIPs, previous.hostIPs, 'core.HostIP', 'status.hostIPs'));
  for (const [field] of statuses) {
    status[field]?.forEach(({ user }, index) => {
      const path = `status.${field}[${index}].user.linux`;
      if (!user?.linux) return;
      if (spec.os?.name === 'windows') errors.push(forbidden(path, 'cannot be set for a windows pod'));
      else errors.push(...validateLinuxUser(user.linux, path));
    });
  }
  return errors;
}

/** A container that has ended for good stays ended. */
function validateTransitions(
  statuses: readonly ContainerStatus[] | undefined,
  previous: readonly ContainerStatus[] | undefined,
  restartPolicy: string | undefined,
  restarts: (name: string) => boolean,
  path: string,
): FieldError[] {
  if (restartPolicy === 'Always') return [];
  return (previous ?? []).flatMap(({ name, state }, index) => {
    if (!state?.terminated || (state.terminated.exitCode !== 0 && restartPolicy === 'OnFailure')) return [];
    if (restarts(name)) return [];
    return (statuses ?? [])
      .filter((status) => status.name === name && !status.state?.terminated)
      .map(() => forbidden(`${path}[${index}].state`, 'may not be transitioned to non-terminated state'));
  });
}

type Addresses = readonly { readonly ip?: string }[] | undefined;

/** One of each family at most; those that were there before pass as they are. */
function validateAddresses(addresses: Addresses, previous: Addresses, type: string, path: string): FieldError[] {
  const errors = (addresses ?? []).flatMap(({ ip = '' }, index) =>
    previous?.some((old) => old.ip === ip) ? [] : validateLegacyIp(`${path}[${index}]`, ip),
  );
  if (!addresses || addresses.length < 2) return errors;
  const families = addresses.map(({ ip = '' }) => parseIp(ip)?.family);
  const both = families.includes(4) && families.includes(6);
  if (both && addresses.length === 2) return errors;
  const shown = addresses.map(({ ip = '' }) => `${type}{IP:"${ip}"}`).join(', ');
  const detail = 'may specify no more than one IP for each IP family';
  return [...errors, invalid(path, new GoLiteral(`[]${type}{${shown}}`), detail)];
}

function validateLinuxUser(
  { uid, gid, supplementalGroups }: { uid: number; gid: number; supplementalGroups?: number[] },
  path: string,
): FieldError[] {
  return [
    ...invalidEach(`${path}.uid`, uid, isValidUnixId(uid)),
    ...invalidEach(`${path}.gid`, gid, isValidUnixId(gid)),
    ...(supplementalGroups ?? []).flatMap((group, index) =>
      invalidEach(`${path}.supplementalGroups[${index}]`, group, isValidUnixId(group)),
    ),
  ];
}
