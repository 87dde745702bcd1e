import { parentPort, workerData } from 'node:worker_threads';
import { type ClusterSettings, type RunningEmbeddedCluster, startCluster } from './cluster.ts';
import type { FromWorker, ToWorker } from './worker-protocol.ts';

/** The thread a cluster runs in. */

const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);

// An error reaches the owner as text: as an object it arrives as a bare one where a part of it cannot be sent.
process.on('uncaughtException', (error) => {
  send({ type: 'failed', ...described(error) });
  process.exit(1);
});

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
  send({ type: 'failed', ...described(error) });
}

async function answer(message: ToWorker): Promise<void> {
  if (!cluster) throw new Error('the cluster has not started');
  if (message.type === 'stop') await cluster.stop();
  else await cluster.node(message.action, message.name);
}

/** A commit that failed says so by the promise of its cause, which cannot be sent. */
function described(error: unknown): Pick<Extract<FromWorker, { type: 'failed' }>, 'message' | 'details'> {
  const { message, stack, ...rest } = Object(error) as Error & Record<string, unknown>;
  const plain = Object.entries(rest).filter(([, value]) => ['string', 'number'].includes(typeof value));
  const details = { ...Object.fromEntries(plain), ...('commitError' in rest && { code: 'ENOSPC' }) };
  return { message: String(message ?? error), details: { ...(stack && { stack }), ...details } };
}
