import { Api } from './api.ts';
import { type Figure, median } from './figures.ts';
import { Program, processorTime, run } from './program.ts';

/** From the start of the process to the first answers, each time with a process of its own. */
export async function startUp(runs: number, kubectl: string | undefined): Promise<Figure[]> {
  const listed: number[] = [];
  const worked: number[] = [];
  const got: number[] = [];
  for (let index = 0; index < runs; index++) {
    const started = performance.now();
    const cluster = await Program.cluster();
    const api = new Api(cluster.kubeconfig);
    const { items } = await api.send<{ items: unknown[] }>('GET', '/api/v1/nodes');
    if (items.length !== 3) throw new Error(`${items.length} nodes are served, not 3`);
    listed.push(performance.now() - started);
    worked.push(processorTime(cluster.child.pid!) ?? Number.NaN);
    api.close();
    await cluster.stop();
  }
  // In processes of their own, so that neither answer waits for the other.
  for (let index = 0; kubectl && index < runs; index++) {
    const started = performance.now();
    const cluster = await Program.cluster();
    await run(kubectl, ['get', 'nodes'], { KUBECONFIG: cluster.kubeconfig });
    got.push(performance.now() - started);
    await cluster.stop();
  }
  return [
    { what: 'start to nodes list over HTTPS', value: median(listed), unit: 'ms' },
    // Tells, on a machine that does other things too, how long it would have taken on one that does not.
    ...(worked.every(Number.isFinite)
      ? [{ what: 'processor time until then', value: median(worked), unit: 'ms' } as const]
      : []),
    ...(got.length ? [{ what: 'start to kubectl get nodes', value: median(got), unit: 'ms' } as const] : []),
  ];
}
