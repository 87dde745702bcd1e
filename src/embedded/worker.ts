import { parentPort, workerData } from 'node:worker_threads';
import { type ClusterSettings, type RunningEmbeddedCluster, startCluster } from './cluster.ts';
import type { FromWorker, ToWorker } from './worker-protocol.ts';

/** The thread a cluster runs in. */

const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);

let cluster: RunningEmbeddedCluster | undefined;
port.on('message', (message: ToWorker) => {
  answer(message).then(
    () => send({ type: 'done', call: message.call }),
    (error: unknown) => send({ type: 'done', call: message.call, error: String(error) }),
  );
});

try {
  cluster = await startCluster(workerData as ClusterSettings);
  send({ type: 'ready', kubeconfig: cluster.kubeconfig, version: cluster.version });
} catch (error) {
  const { message, ...details } = error as Error & Record<string, unknown>;
  send({ type: 'failed', message: String(message), details: plain(details) });
}

async function answer(message: ToWorker): Promise<void> {
  if (!cluster) throw new Error('the cluster has not started');
  if (message.type === 'stop') await cluster.stop();
  else await cluster.node(message.action, message.name);
}

/** Only what can be sent to another thread. */
function plain(details: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => ['string', 'number'].includes(typeof value)));
}
