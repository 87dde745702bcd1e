import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { kubectlFor } from '../../src/cli/kubectl.ts';
import type { Figure } from './figures.ts';
import { goals } from './goals.ts';
import { growth, growthFigures } from './growth.ts';
import { furtherClusters, idleMemory } from './memory.ts';
import { plot } from './plot.ts';
import { Program } from './program.ts';
import { rehearsal } from './rehearsal.ts';
import { kubectlRequests, requests } from './requests.ts';
import { rollout } from './rollout.ts';
import { besideRunaways, manyPods, manyWatches } from './scale.ts';
import { startUp } from './startup.ts';
import { Subject } from './subject.ts';
import { table } from './table.ts';
import { throughput } from './throughput.ts';
import { tick } from './tick.ts';

const help = `Usage: npm run bench -- [--quick] [--only PART,…] [--peer KUBECONFIG] [--plot FILE]

Measures the built program against the numbers to beat.
  --quick            fewer runs of everything
  --only PART,…      startup, rollout, requests, scale, memory, growth, tick, rehearsal
  --peer KUBECONFIG  sends the same requests to another cluster in the same run (kind; kwok, which has no volumes:
                     --only requests,scale; kube-apiserver with etcd alone: --only requests), and prints ratios
  --plot FILE        draws how memory and latency grow, as SVG`;

const parts = ['startup', 'rollout', 'requests', 'scale', 'memory', 'growth', 'tick', 'rehearsal'] as const;
type Part = (typeof parts)[number];

interface Plan {
  readonly quick: boolean;
  readonly only: ReadonlySet<Part>;
  readonly kubectl: string | undefined;
  /** Where the picture goes. */
  readonly plot: string | undefined;
}

export async function main(args: readonly string[]): Promise<void> {
  const options = {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    peer: { type: 'string' },
    plot: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return console.log(help);
  const only = new Set((values.only?.split(',') ?? parts) as Part[]);
  for (const part of only) if (!parts.includes(part)) throw new Error(`There is no part "${part}". ${help}`);
  const plan: Plan = {
    quick: values.quick ?? false,
    only,
    kubectl: process.env.ORDINAL_KUBECTL ?? (await kubectlPath()),
    plot: values.plot,
  };

  const ours = await measureOurs(plan);
  let why = 'Give one: --peer KUBECONFIG';
  const peer = values.peer
    ? await measurePeer(plan, values.peer).catch((error: Error) => {
        why = error.message;
        return undefined;
      })
    : undefined;
  console.log(`
${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}${plan.quick ? ', quick' : ''}
${table({ name: `embedded ${ours.version}`, figures: ours.figures }, peer && { name: `peer ${peer.version}`, figures: peer.figures }, goals)}
`);
  const busy = loadavg()[0]!;
  if (busy > cpus().length) {
    console.log(
      `This machine was busy with other things (load average ${busy.toFixed(1)}): expect better where it is not.`,
    );
  }
  if (!peer) console.log(`not measured: a peer. ${why}`);
  console.log('not measured: ttyd (terminal throughput)');
  if (!plan.kubectl) console.log('not measured: what kubectl does, as there is none');
}

async function measureOurs({
  quick,
  only,
  kubectl,
  plot: picture,
}: Plan): Promise<{ figures: Figure[]; version: string }> {
  const figures: Figure[] = [];
  const measure = async (part: Part, run: () => Promise<Figure[]>) => {
    if (!only.has(part)) return;
    console.error(`measuring ${part} …`);
    figures.push(...(await run()));
  };
  await measure('startup', () => startUp(quick ? 3 : 9, kubectl));
  for (const speed of ['learner', 'max'] as const) {
    const name = `3-replica StatefulSet ready, --speed ${speed}`;
    await measure('rollout', () =>
      withCluster(Program.cluster('--speed', speed), (subject) => rollout(subject, name, quick ? 2 : 5)),
    );
  }
  let version = '';
  await withCluster(Program.durableCluster('--speed', 'max'), async (subject) => {
    version = await subject.version();
    await measure('requests', () => allRequests(subject, quick, kubectl));
    return [];
  });
  await measure('scale', () =>
    withCluster(Program.durableCluster('--speed', 'max'), (subject) => many(subject, quick)),
  );
  await measure('scale', () =>
    withCluster(Program.durableCluster('--speed', 'max'), (subject) => besideRunaways(subject, quick ? 5 : 15)),
  );
  await measure('memory', async () => [
    ...(await idleMemory()),
    ...(await furtherClusters(quick ? 10 : 100, quick ? 2 : 8)),
  ]);
  await measure('growth', async () => {
    const points = await growth(quick ? [10, 100, 1000] : [10, 100, 1000, 10_000], quick ? 200 : 1000);
    if (picture) writeFileSync(picture, plot(points));
    return growthFigures(points);
  });
  await measure('tick', () => tick(quick ? 20 : 100));
  if (kubectl) await measure('rehearsal', rehearsal);
  return { figures, version };
}

/** The same requests to a cluster that is there already. Its start and its memory are not ours to measure. */
async function measurePeer({ quick, only, kubectl }: Plan, kubeconfig: string) {
  const subject = new Subject(kubeconfig);
  const figures: Figure[] = [];
  try {
    await subject.prepare();
    if (only.has('rollout')) {
      console.error('measuring rollout on the peer …');
      const [figure] = await rollout(subject, '3-replica StatefulSet ready, --speed learner', quick ? 1 : 3);
      figures.push(figure!, { ...figure!, what: '3-replica StatefulSet ready, --speed max' });
    }
    if (only.has('requests')) {
      console.error('measuring requests on the peer …');
      figures.push(...(await allRequests(subject, quick, kubectl)));
    }
    if (only.has('scale')) {
      console.error('measuring scale on the peer …');
      figures.push(...(await many(subject, quick)));
    }
    return { figures, version: await subject.version() };
  } finally {
    await subject.remove();
  }
}

async function many(subject: Subject, quick: boolean): Promise<Figure[]> {
  return [...(await manyPods(subject, 1000, 200)), ...(await manyWatches(subject, 1000, 200, quick ? 3 : 15))];
}

async function allRequests(subject: Subject, quick: boolean, kubectl: string | undefined): Promise<Figure[]> {
  return [
    ...(await requests(subject, quick ? 300 : 2000)),
    ...(await throughput(subject, quick ? 2 : 8)),
    ...(kubectl ? await kubectlRequests(subject, quick ? 5 : 20, kubectl) : []),
  ];
}

async function withCluster(
  starting: Promise<Program>,
  run: (subject: Subject) => Promise<Figure[]>,
): Promise<Figure[]> {
  const cluster = await starting;
  const subject = new Subject(cluster.kubeconfig);
  try {
    await subject.prepare();
    return await run(subject);
  } finally {
    subject.api.close();
    await cluster.stop();
  }
}

/** As the product finds it, without fetching anything. */
async function kubectlPath(): Promise<string | undefined> {
  try {
    const { signal } = new AbortController();
    const { path } = await kubectlFor('v1.33.13', { signal, progress: () => {}, offline: true });
    return path;
  } catch {
    return undefined;
  }
}
