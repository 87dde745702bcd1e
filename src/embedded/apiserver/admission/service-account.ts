import type { Container, Pod, ServiceAccount, Volume } from '../../../kubernetes/objects.ts';
import { generateName } from '../engine/metadata.ts';
import type { AdmissionPlugin, AdmissionRequest, ClusterView } from './chain.ts';
import { isAbout, objectOf, refuse } from './requests.ts';

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';
const mirrorAnnotation = 'kubernetes.io/config.mirror';
/** Seconds: one hour, and seven seconds more by which such tokens can be told. */
const tokenLifetime = 3607;

/** Pods run as an account, the namespace's default one unless they say; its token is mounted into their containers. */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',

  mutate(request: AdmissionRequest, cluster: ClusterView): void {
    if (!creates(request)) return;
    const { spec, metadata } = objectOf<Pod>(request);
    if (metadata.annotations?.[mirrorAnnotation] !== undefined) return;
    if (!spec.serviceAccountName) spec.serviceAccountName = 'default';
    spec.serviceAccount = spec.serviceAccountName;
    const account = accountOf(request, spec.serviceAccountName, cluster);
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec);
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
      spec.imagePullSecrets = account.imagePullSecrets.map(({ name }) => ({ name }));
    }
  },

  validate(request: AdmissionRequest, cluster: ClusterView): void {
    if (!creates(request)) return;
    const pod = objectOf<Pod>(request);
    const name = pod.spec.serviceAccountName;
    if (pod.metadata.annotations?.[mirrorAnnotation] !== undefined) {
      if (name) throw refuse(request, 'a mirror pod may not reference service accounts');
      return;
    }
    if (!name) {
      throw refuse(request, `no service account specified for pod ${request.namespace}/${pod.metadata.name ?? ''}`);
    }
    accountOf(request, name, cluster);
  },
};

function creates(request: AdmissionRequest): boolean {
  return request.operation === 'CREATE' && request.subresource === '' && isAbout(request, 'pods');
}

function accountOf(request: AdmissionRequest, name: string, cluster: ClusterView): ServiceAccount {
  const account = cluster.get('serviceaccounts', request.namespace, name);
  if (account) return account as ServiceAccount;
  throw refuse(
    request,
    `error looking up service account ${request.namespace}/${name}: serviceaccount "${name}" not found`,
  );
}

function mountToken(spec: Pod['spec']): void {
  const existing = spec.volumes?.find((volume) => volume.name.startsWith(volumePrefix));
  const name = existing?.name ?? generateName(volumePrefix);
  const mount = (container: Container): boolean => {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === tokenPath)) return false;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenPath }];
    return true;
  };
  const mounted = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map(mount).some(Boolean);
  if (!existing && mounted) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenLifetime, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    },
  };
}
