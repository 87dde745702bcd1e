import { parentPort } from 'node:worker_threads';
import { type RunningEmbeddedCluster, startCluster } from './cluster.ts';
import { endUncaught } from './containers/process/running.ts';
import type { Failed, FromWorker, ToWorker } from './worker-protocol.ts';

/** A thread that clusters run in: threads.ts is its owner's side. */

const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);
const clusters = new Map<number, RunningEmbeddedCluster>();

// A simulated process that fails ends alone. Whatever else fails ends the thread, and reaches its owner as text: as an
// object an error arrives as a bare one where a part of it cannot be sent.
process.on('uncaughtException', (error) => {
  if (endUncaught(error)) return;
  send({ type: 'lost', ...described(error) });
  process.exit(1);
});

port.on('message', (message: ToWorker) => {
  const { call } = message;
  answer(message).then(
    (answered) => send(answered),
    (error: unknown) => send({ type: 'failed', call, ...described(error) }),
  );
});

async function answer(message: ToWorker): Promise<FromWorker> {
  const { call } = message;
  if (message.type === 'start') {
    const cluster = await startCluster(message.settings);
    clusters.set(call, cluster);
    return { type: 'started', call, kubeconfig: cluster.kubeconfig, version: cluster.version };
  }
  const cluster = clusters.get(message.cluster);
  if (!cluster) throw new Error(`cluster ${message.cluster} does not run in this thread`);
  if (message.type === 'node') await cluster.node(message.action, message.name);
  else {
    clusters.delete(message.cluster);
    await cluster.stop();
  }
  return { type: 'done', call };
}

/** A commit that failed says so by the promise of its cause, which cannot be sent. */
function described(error: unknown): Failed {
  const { message, stack, ...rest } = Object(error) as Error & Record<string, unknown>;
  const plain = Object.entries(rest).filter(([, value]) => ['string', 'number'].includes(typeof value));
  const details = { ...Object.fromEntries(plain), ...('commitError' in rest && { code: 'ENOSPC' }) };
  return { message: String(message ?? error), details: { ...(stack && { stack }), ...details } };
}
