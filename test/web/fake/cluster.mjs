/**
 * Objects of a session, changed step by step the way a cluster would. Time is the caller's: nothing happens by itself.
 *
 * @import { PictureObject, TimelineEntry } from '../../../src/protocol/live.ts'
 */

const workers = ['ordinal-worker', 'ordinal-worker2'];
const labels = { app: 'kubia' };

export class FakeCluster {
  /** @type {Map<string, PictureObject>} */
  objects = new Map();
  /** @type {TimelineEntry[]} */
  timeline = [];
  replicas = 0;
  #uids = 0;
  #time = Date.parse('2025-11-21T12:00:00Z');
  #address = 4;

  constructor() {
    for (const [index, name] of ['ordinal-control-plane', ...workers].entries()) {
      const taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };
      this.put('v1', 'Node', name, { spec: index === 0 ? { taints: [taint] } : {}, status: ready('True') }, '');
    }
  }

  /**
   * @param {string} apiVersion @param {string} kind @param {string} name @param {Record<string, unknown>} rest
   * @param {string} namespace
   */
  put(apiVersion, kind, name, rest, namespace = 'learn-01') {
    const found = this.find(kind, name);
    const uid = found?.metadata.uid ?? this.#uid();
    const { metadata, ...fields } = /** @type {{ metadata?: object }} */ (rest);
    /** @type {PictureObject} */
    const object = {
      apiVersion,
      kind,
      ...fields,
      metadata: {
        creationTimestamp: this.#now(),
        ...found?.metadata,
        ...metadata,
        name,
        uid,
        ...(namespace && { namespace }),
      },
    };
    this.objects.set(uid, object);
    return object;
  }

  /** @param {string} kind @param {string} name */
  find(kind, name) {
    return [...this.objects.values()].find((object) => object.kind === kind && object.metadata.name === name);
  }

  /** @param {string} kind @param {string} name */
  remove(kind, name) {
    const object = this.find(kind, name);
    if (object) this.objects.delete(object.metadata.uid);
  }

  /** @param {number} replicas */
  apply(replicas) {
    this.replicas = replicas;
    if (!this.find('Service', 'kubia')) this.say('Service kubia', 'was created');
    this.put('v1', 'Service', 'kubia', {
      spec: { clusterIP: 'None', type: 'ClusterIP', selector: labels, ports: [{ name: 'http', port: 8080 }] },
    });
    if (!this.find('StatefulSet', 'kubia')) this.say('StatefulSet kubia', `was created with ${replicas} replicas`);
    this.#set();
  }

  #set() {
    const readyReplicas = this.#pods().filter((pod) => isReady(pod)).length;
    this.put('apps/v1', 'StatefulSet', 'kubia', {
      spec: {
        replicas: this.replicas,
        serviceName: 'kubia',
        podManagementPolicy: 'OrderedReady',
        template: { metadata: { labels } },
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      },
      status: { readyReplicas },
    });
    this.put('discovery.k8s.io/v1', 'EndpointSlice', 'kubia-x7k2p', {
      metadata: { labels: { 'kubernetes.io/service-name': 'kubia' } },
      endpoints: this.#pods()
        .filter((pod) => podIP(pod))
        .map((pod) => ({ hostname: pod.metadata.name, addresses: [podIP(pod)], conditions: { ready: isReady(pod) } })),
    });
  }

  #pods() {
    return [...this.objects.values()].filter((object) => object.kind === 'Pod');
  }

  /** One change, the next that the controllers would make. False when there is none. */
  step() {
    const changed = this.#decide();
    if (this.find('StatefulSet', 'kubia')) this.#set();
    return changed;
  }

  #decide() {
    for (const pod of this.#pods().reverse()) {
      if (!pod.metadata.deletionTimestamp) continue;
      this.objects.delete(pod.metadata.uid);
      this.say(`Pod ${pod.metadata.name}`, 'is gone');
      return true;
    }
    for (let ordinal = 0; ordinal < this.replicas; ordinal += 1) {
      const pod = this.find('Pod', `kubia-${ordinal}`);
      if (!pod) return this.#create(ordinal);
      if (!isReady(pod)) return this.#advance(pod, ordinal);
    }
    const surplus = this.#pods().filter((pod) => Number(pod.metadata.name.split('-')[1]) >= this.replicas);
    const last = surplus.at(-1);
    if (!last) return false;
    this.deletePod(last.metadata.name);
    return true;
  }

  /** @param {number} ordinal */
  #create(ordinal) {
    const set = this.find('StatefulSet', 'kubia');
    const claim = `data-kubia-${ordinal}`;
    if (!this.find('PersistentVolumeClaim', claim)) {
      this.put('v1', 'PersistentVolumeClaim', claim, {
        spec: {
          resources: { requests: { storage: '1Mi' } },
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'standard',
        },
        status: { phase: 'Pending' },
      });
      this.say(`Claim ${claim}`, 'was created');
    }
    this.put('v1', 'Pod', `kubia-${ordinal}`, {
      metadata: {
        labels,
        ownerReferences: [{ kind: 'StatefulSet', name: 'kubia', uid: set?.metadata.uid, controller: true }],
      },
      spec: {
        containers: [{ name: 'kubia', image: 'ordinal/kubia:1' }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }],
      },
      status: { phase: 'Pending' },
    });
    this.say(`Pod kubia-${ordinal}`, 'was created');
    return true;
  }

  /** @param {PictureObject} pod @param {number} ordinal */
  #advance(pod, ordinal) {
    const node = workers[ordinal % workers.length] ?? '';
    const spec = /** @type {{ nodeName?: string }} */ (pod.spec);
    const name = pod.metadata.name;
    if (!spec.nodeName) {
      this.put('v1', 'Pod', name, {
        spec: { ...spec, nodeName: node },
        status: {
          phase: 'Pending',
          containerStatuses: [{ name: 'kubia', state: { waiting: { reason: 'ContainerCreating' } } }],
        },
      });
      this.#bind(`data-${name}`, node);
      this.say(`Pod ${name}`, `was assigned to ${node}`);
      return true;
    }
    this.#address += 1;
    this.put('v1', 'Pod', name, {
      spec,
      status: {
        phase: 'Running',
        podIP: `10.244.${(ordinal % 2) + 1}.${this.#address}`,
        ...ready('True'),
        containerStatuses: [{ name: 'kubia', ready: true, restartCount: 0, state: { running: {} } }],
      },
    });
    this.say(`Pod ${name}`, 'became ready', 'good');
    return true;
  }

  /** @param {string} name @param {string} node */
  #bind(name, node) {
    const claim = this.find('PersistentVolumeClaim', name);
    if (!claim || /** @type {{ volumeName?: string }} */ (claim.spec).volumeName) return;
    const volume = `pvc-${claim.metadata.uid}`;
    this.put('v1', 'PersistentVolumeClaim', name, {
      spec: { .../** @type {object} */ (claim.spec), volumeName: volume },
      status: { phase: 'Bound', capacity: { storage: '1Mi' } },
    });
    const terms = [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }];
    this.put(
      'v1',
      'PersistentVolume',
      volume,
      {
        spec: {
          capacity: { storage: '1Mi' },
          claimRef: { namespace: 'learn-01', name },
          persistentVolumeReclaimPolicy: 'Delete',
          nodeAffinity: { required: { nodeSelectorTerms: terms } },
        },
        status: { phase: 'Bound' },
      },
      '',
    );
    this.say(`Claim ${name}`, `was bound to a volume on ${node}`);
  }

  /** @param {string} name */
  deletePod(name) {
    const pod = this.find('Pod', name);
    if (!pod) return;
    this.objects.set(pod.metadata.uid, { ...pod, metadata: { ...pod.metadata, deletionTimestamp: this.#now() } });
    this.say(`Pod ${name}`, 'is being deleted');
  }

  /** A container that does not stay up. @param {string} name */
  crash(name) {
    const pod = this.find('Pod', name);
    if (!pod) return;
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=kubia' };
    this.put('v1', 'Pod', name, {
      spec: pod.spec,
      status: {
        .../** @type {object} */ (pod.status),
        ...ready('False'),
        containerStatuses: [{ name: 'kubia', restartCount: 3, state: { waiting } }],
      },
    });
    this.say(`Pod ${name}`, 'crashed with exit code 1', 'bad');
    this.#set();
  }

  /** @param {string} name @param {'True' | 'Unknown'} status */
  node(name, status) {
    this.put('v1', 'Node', name, { spec: {}, status: ready(status) }, '');
    this.say(`Node ${name}`, status === 'True' ? 'is ready' : 'stopped answering', status === 'True' ? 'good' : 'bad');
  }

  /** @param {string} subject @param {string} what @param {TimelineEntry['tone']} tone */
  say(subject, what, tone = 'neutral') {
    this.timeline.push({ at: this.#now(), subject, what, tone });
  }

  #now() {
    this.#time += 700;
    return new Date(this.#time).toISOString();
  }

  #uid() {
    this.#uids += 1;
    const hex = ((this.#uids * 2654435761) >>> 0).toString(16).padStart(8, '0');
    return `${hex}-5b1c-4e0f-9d41-${String(this.#uids).padStart(12, '0')}`;
  }
}

/** @param {string} status */
function ready(status) {
  return { conditions: [{ type: 'Ready', status }] };
}

/** @param {PictureObject} pod */
export function isReady(pod) {
  const { conditions = [] } = /** @type {{ conditions?: { type: string, status: string }[] }} */ (pod.status ?? {});
  const good = conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  return good && !pod.metadata.deletionTimestamp;
}

/** @param {PictureObject} pod */
function podIP(pod) {
  const status = /** @type {{ podIP?: string } | undefined} */ (pod.status);
  return status?.podIP;
}
