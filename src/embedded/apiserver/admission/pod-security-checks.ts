import type { Container, EphemeralContainer, ObjectReference, Pod } from '../../../kubernetes/objects.ts';

/** The Pod Security Standards of Kubernetes 1.33, in the words of its admission plugin. */

export type Level = 'privileged' | 'baseline' | 'restricted';

export interface Violation {
  /** "host namespaces" */
  readonly reason: string;
  /** "hostNetwork=true, hostPID=true" */
  readonly detail: string;
}

interface Subject {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Pod['spec'];
  /** Init, main and ephemeral containers, in this order. */
  readonly containers: readonly (Container | EphemeralContainer)[];
}

type Check = (subject: Subject) => Violation | undefined;

/** In upstream's order. A restricted check that includes a baseline one takes its place. */
export function violationsOf(level: Level, meta: Partial<Pod['metadata']>, spec: Pod['spec']): Violation[] {
  if (level === 'privileged') return [];
  const subject: Subject = {
    annotations: meta.annotations ?? {},
    spec,
    containers: [
      ...(spec.initContainers ?? []),
      ...(spec.containers ?? []),
      ...((spec.ephemeralContainers ?? []) as EphemeralContainer[]),
    ],
  };
  const checks: Check[] =
    level === 'baseline'
      ? [
          appArmor,
          addedCapabilities,
          hostNamespaces,
          hostPaths,
          hostPorts,
          privileged,
          procMount,
          seLinux,
          seccompUnconfined,
          sysctls,
          hostProcess,
        ]
      : [
          appArmor,
          hostNamespaces,
          hostPorts,
          privileged,
          procMount,
          seLinux,
          sysctls,
          hostProcess,
          privilegeEscalation,
          droppedCapabilities,
          volumeTypes,
          runAsNonRoot,
          runAsUser,
          seccompRestricted,
        ];
  return checks.flatMap((check) => check(subject) ?? []);
}

function quote(values: Iterable<string>): string {
  return [...values].map((value) => `"${value}"`).join(', ');
}

/** 'container "a"', 'containers "a", "b"' */
function named(containers: readonly { readonly name: string }[]): string {
  return `container${containers.length > 1 ? 's' : ''} ${quote(containers.map(({ name }) => name))}`;
}

/** 'pod and container "a"' */
function who(pod: boolean, containers: readonly { readonly name: string }[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])].join(' and ');
}

function found(reason: string, detail: string): Violation {
  return { reason, detail };
}

function sorted(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

const appArmor: Check = ({ spec, containers, annotations }) => {
  const wrong = (type: string | undefined) => type === 'Unconfined';
  const pod = wrong(spec.securityContext?.appArmorProfile?.type);
  const bad = containers.filter(({ securityContext }) => wrong(securityContext?.appArmorProfile?.type));
  const notes = Object.keys(annotations).filter((key) => {
    const value = annotations[key]!;
    const allowed = value === '' || value === 'runtime/default' || value.startsWith('localhost/');
    return key.startsWith(appArmorPrefix) && !allowed;
  });
  if (!pod && bad.length === 0 && notes.length === 0) return undefined;
  // The server fills in a container's annotation from its field, and the field from the annotation.
  const containersNoted = [...bad, ...containers.filter((each) => notes.includes(appArmorPrefix + each.name))];
  const all = pod && bad.length === 0 ? [] : containers.filter((each) => containersNoted.includes(each));
  const values = [
    ...(pod || bad.length > 0 || notes.length > 0 ? ['Unconfined'] : []),
    ...notes.sort().map((key) => `${key}="${annotations[key]}"`),
  ];
  const subjects = [
    ...(pod ? ['pod'] : []),
    ...(all.length > 0 ? [named(all)] : []),
    ...(notes.length > 0 ? [notes.length > 1 ? 'annotations' : 'annotation'] : []),
  ];
  const plural = values.length > 1 ? 's' : '';
  const type = pod || all.length > 0 ? 'must not set AppArmor profile type to' : 'must not set AppArmor profile to';
  return found(`forbidden AppArmor profile${plural}`, `${subjects.join(' and ')} ${type} ${quote(values)}`);
};

const defaultCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

function adding(containers: Subject['containers'], allowed: (capability: string) => boolean) {
  const forbidden = (container: Subject['containers'][number]) =>
    (container.securityContext?.capabilities?.add ?? []).filter((capability) => !allowed(capability));
  const bad = containers.filter((container) => forbidden(container).length > 0);
  const what = sorted(bad.flatMap(forbidden));
  const detail = `${named(bad)} must not include ${quote(what)} in securityContext.capabilities.add`;
  return bad.length > 0 ? detail : undefined;
}

const addedCapabilities: Check = ({ containers }) => {
  const detail = adding(containers, (capability) => defaultCapabilities.has(capability));
  return detail ? found('non-default capabilities', detail) : undefined;
};

const droppedCapabilities: Check = ({ spec, containers }) => {
  if (spec.os?.name === 'windows') return undefined;
  const keeping = containers.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  const details = [
    ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    adding(containers, (capability) => capability === 'NET_BIND_SERVICE') ?? [],
  ].flat();
  return details.length > 0 ? found('unrestricted capabilities', details.join('; ')) : undefined;
};

const hostNamespaces: Check = ({ spec }) => {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  return used.length > 0 ? found('host namespaces', used.map((field) => `${field}=true`).join(', ')) : undefined;
};

const hostPaths: Check = ({ spec }) => {
  const volumes = (spec.volumes ?? []).filter((volume) => volume.hostPath);
  if (volumes.length === 0) return undefined;
  return found('hostPath volumes', `volume${volumes.length > 1 ? 's' : ''} ${quote(volumes.map(({ name }) => name))}`);
};

const hostPorts: Check = ({ containers }) => {
  const bad = containers.filter(({ ports }) => ports?.some(({ hostPort }) => hostPort));
  if (bad.length === 0) return undefined;
  const ports = sorted(bad.flatMap((each) => (each.ports ?? []).flatMap((port) => port.hostPort ?? [])).map(String));
  const verb = bad.length > 1 ? 'use' : 'uses';
  return found('hostPort', `${named(bad)} ${verb} hostPort${ports.length > 1 ? 's' : ''} ${ports.join(', ')}`);
};

const privileged: Check = ({ containers }) => {
  const bad = containers.filter(({ securityContext }) => securityContext?.privileged);
  return bad.length > 0 ? found('privileged', `${named(bad)} must not set securityContext.privileged=true`) : undefined;
};

const procMount: Check = ({ containers }) => {
  const mounted = (each: Subject['containers'][number]) => each.securityContext?.procMount;
  const bad = containers.filter((each) => mounted(each) && mounted(each) !== 'Default');
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map((each) => mounted(each)!));
  return found('procMount', `${named(bad)} must not set securityContext.procMount to ${quote(types)}`);
};

const seLinuxTypes = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

const seLinux: Check = ({ spec, containers }) => {
  const wrong = (options: { type?: string; user?: string; role?: string } | undefined) =>
    options !== undefined && (!seLinuxTypes.has(options.type ?? '') || !!options.user || !!options.role);
  const pod = spec.securityContext?.seLinuxOptions;
  const bad = containers.filter(({ securityContext }) => wrong(securityContext?.seLinuxOptions));
  if (!wrong(pod) && bad.length === 0) return undefined;
  const all = [...(wrong(pod) ? [pod] : []), ...bad.map((each) => each.securityContext?.seLinuxOptions)];
  const types = sorted(all.flatMap((options) => (seLinuxTypes.has(options?.type ?? '') ? [] : options!.type!)));
  const details = [
    ...(types.length > 0 ? [`type${types.length > 1 ? 's' : ''} ${quote(types)}`] : []),
    ...(all.some((options) => options?.user) ? ['user may not be set'] : []),
    ...(all.some((options) => options?.role) ? ['role may not be set'] : []),
  ];
  const subject = who(wrong(pod), bad);
  return found('seLinuxOptions', `${subject} set forbidden securityContext.seLinuxOptions: ${details.join('; ')}`);
};

const confined = new Set<string | undefined>(['RuntimeDefault', 'Localhost']);

const seccompUnconfined: Check = ({ spec, containers }) => {
  const wrong = (type: string | undefined) => type !== undefined && !confined.has(type);
  const pod = spec.securityContext?.seccompProfile?.type;
  const bad = containers.filter(({ securityContext }) => wrong(securityContext?.seccompProfile?.type));
  if (!wrong(pod) && bad.length === 0) return undefined;
  const types = sorted([
    ...(wrong(pod) ? [pod!] : []),
    ...bad.map(({ securityContext }) => securityContext!.seccompProfile!.type),
  ]);
  return found(
    'seccompProfile',
    `${who(wrong(pod), bad)} must not set securityContext.seccompProfile.type to ${quote(types)}`,
  );
};

const seccompRestricted: Check = (subject) => {
  const { spec, containers } = subject;
  if (spec.os?.name === 'windows') return undefined;
  const pod = spec.securityContext?.seccompProfile?.type;
  const wrong = seccompUnconfined(subject);
  if (wrong) return wrong;
  if (confined.has(pod)) return undefined;
  const unset = containers.filter(({ securityContext }) => !securityContext?.seccompProfile);
  if (unset.length === 0) return undefined;
  return found(
    'seccompProfile',
    `pod or ${named(unset)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  );
};

const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

const sysctls: Check = ({ spec }) => {
  const unsafe = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !safeSysctls.has(name));
  return unsafe.length > 0 ? found('forbidden sysctls', unsafe.join(', ')) : undefined;
};

const hostProcess: Check = ({ spec, containers }) => {
  const pod = spec.securityContext?.windowsOptions?.hostProcess ?? false;
  const bad = containers.filter(({ securityContext }) => securityContext?.windowsOptions?.hostProcess);
  if (!pod && bad.length === 0) return undefined;
  return found('hostProcess', `${who(pod, bad)} must not set securityContext.windowsOptions.hostProcess=true`);
};

const privilegeEscalation: Check = ({ spec, containers }) => {
  if (spec.os?.name === 'windows') return undefined;
  const bad = containers.filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  return found(
    'allowPrivilegeEscalation != false',
    `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  );
};

const allowedVolumes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const volumeTypes: Check = ({ spec }) => {
  const typeOf = (volume: ObjectReference | object) => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
  const bad = (spec.volumes ?? []).filter((volume) => !allowedVolumes.has(typeOf(volume)));
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map(typeOf));
  const many = bad.length > 1;
  const subject = `volume${many ? 's' : ''} ${quote(bad.map(({ name }) => name))}`;
  const use = `${many ? 'use' : 'uses'} restricted volume type${types.length > 1 ? 's' : ''}`;
  return found('restricted volume types', `${subject} ${use} ${quote(types)}`);
};

const runAsNonRoot: Check = ({ spec, containers }) => {
  const reason = 'runAsNonRoot != true';
  const pod = spec.securityContext?.runAsNonRoot;
  const root = containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === false);
  if (root.length > 0 || pod === false) {
    return found(reason, `${who(pod === false, root)} must not set securityContext.runAsNonRoot=false`);
  }
  const unset = containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (pod || unset.length === 0) return undefined;
  return found(reason, `pod or ${named(unset)} must set securityContext.runAsNonRoot=true`);
};

const runAsUser: Check = ({ spec, containers }) => {
  const pod = spec.securityContext?.runAsUser === 0;
  const bad = containers.filter(({ securityContext }) => securityContext?.runAsUser === 0);
  return pod || bad.length > 0 ? found('runAsUser=0', `${who(pod, bad)} must not set runAsUser=0`) : undefined;
};
