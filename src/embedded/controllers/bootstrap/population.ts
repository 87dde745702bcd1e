import type { KubeObject } from '../../../kubernetes/object.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client } from '../../client/client.ts';
import type { ApiResource } from '../../client/discovery.ts';
import * as refs from '../../client/refs.ts';
import { canonicalJson } from '../shared/hash.ts';
import { controllerManagerAccounts, kindnetAccounts, kubeadmAccounts, localPathAccounts } from './accounts.ts';
import { kindnet, kubeadmAddOns, localPathProvisioner } from './add-ons.ts';
import {
  authenticationConfigMap,
  type ClusterFacts,
  clusterConfiguration,
  kubeadmConfig,
  kubeadmConfigMaps,
  localPathConfigMap,
} from './configuration.ts';
import { apiServerObjects, storageObjects } from './essentials.ts';

export interface PopulationOptions extends ClusterFacts {
  /** The administrator's client under the name of whoever installs something: "kubeadm", "kube-apiserver". */
  clientFor(fieldManager: string): Client;
  readonly resources: readonly ApiResource[];
  /** The address of the control plane's node. */
  readonly address: string;
}

/** What kubeadm and kind put into a cluster once it exists. */
export interface Population {
  /** What has to be there before the API serves. */
  prepare(): Promise<void>;
  /**
   * All the rest, once; nothing in a cluster that had it all before, whatever has become of it since. Resolves when all
   * of it is declared, not when it runs.
   */
  complete(): Promise<void>;
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** What a fresh cluster of kind's has beyond what the API server makes itself. */
export function population(options: PopulationOptions): Population {
  const isComplete = () =>
    options.clientFor('kubeadm').informer(refs.configMaps).get('kube-system', kubeadmConfig) !== undefined;
  /** One by one, and requests get their turn in between: a store in memory would otherwise take all in one task. */
  const create = async (manager: string, objects: readonly KubeObject[]) => {
    for (const object of objects) {
      await createOne(options, manager, object);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    async prepare() {
      await create('kube-apiserver', apiServerObjects(options.address));
      if (!isComplete()) await create('kubectl-client-side-apply', storageObjects().map(applied));
    },
    async complete() {
      if (isComplete()) return;
      await create('kube-apiserver', [authenticationConfigMap(options)]);
      await create('kube-controller-manager', controllerManagerAccounts());
      await create('kubeadm', [...kubeadmAccounts(), ...kubeadmConfigMaps(options)]);
      await create('kubectl-create', kindnetAccounts());
      await create('kubectl-client-side-apply', [...localPathAccounts(), localPathConfigMap()].map(applied));
      await create('kubeadm', kubeadmAddOns());
      await create('kubectl-create', [kindnet(options.cluster)]);
      await create('kubectl-client-side-apply', [applied(localPathProvisioner())]);
      await create('kubeadm', [clusterConfiguration(options)]);
    },
  };
}

/** What is there already stays as it is. */
async function createOne(options: PopulationOptions, manager: string, object: KubeObject): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  const resource = options.resources.find(
    (each) => each.kind === kind && (each.group ? `${each.group}/${each.version}` : each.version) === apiVersion,
  );
  if (!resource) throw new Error(`${kind} of ${apiVersion} is not served: add its definition`);
  const client = options.clientFor(manager);
  if (client.informer(resource).get(metadata.namespace ?? '', metadata.name)) return;
  try {
    await client.resource(resource).create(object);
  } catch (error) {
    if (!ApiError.is(error, 'AlreadyExists')) throw error;
  }
}

/** As kubectl remembers what was applied, so that a learner can apply a change to it. */
function applied(object: KubeObject): KubeObject {
  const { annotations } = object.metadata;
  const text = `${canonicalJson(object)}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [lastApplied]: text } } };
}
