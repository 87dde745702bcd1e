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
import { type Column, table } from './table.ts';
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

  const busy = loadavg()[0]!; // Before any of it is the bench's own.
  let why = 'Give one: --peer KUBECONFIG';
  const peer = values.peer
    ? await openPeer(values.peer).catch((error: Error) => {
        why = error.message;
        return undefined;
      })
    : undefined;
  const { ours, theirs } = await measureAll(plan, peer).finally(() => peer?.remove());
  console.log(`
${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}${plan.quick ? ', quick' : ''}
${table(ours, theirs, goals)}
`);
  if (busy > cpus().length / 2) {
    console.log(
      `This machine was busy with other things (load average ${busy.toFixed(1)}): expect better where it is not.`,
    );
  }
  if (!peer) console.log(`not measured: a peer. ${why}`);
  console.log('not measured: ttyd (terminal throughput)');
  if (!plan.kubectl) console.log('not measured: what kubectl does, as there is none');
}

/** A cluster that is there already, to which the same requests are sent. Its start and its memory are not ours to measure. */
async function openPeer(kubeconfig: string): Promise<Subject> {
  const peer = new Subject(kubeconfig);
  await peer.prepare();
  return peer;
}

async function measureAll(
  { quick, only, kubectl, plot: picture }: Plan,
  peer: Subject | undefined,
): Promise<{ ours: Column; theirs: Column | undefined }> {
  const ours: Figure[] = [];
  const theirs: Figure[] = [];
  const measure = async (part: Part, run: () => Promise<Figure[]>) => {
    if (!only.has(part)) return;
    console.error(`measuring ${part} …`);
    ours.push(...(await run()));
  };
  const measurePeer = async (part: Part, run: (peer: Subject) => Promise<Figure[]>) => {
    if (!peer || !only.has(part)) return;
    console.error(`measuring ${part} on the peer …`);
    theirs.push(...(await run(peer)));
  };
  await measure('startup', () => startUp(quick ? 3 : 9, kubectl));
  for (const speed of ['learner', 'max'] as const) {
    const name = `3-replica StatefulSet ready, --speed ${speed}`;
    await measure('rollout', () =>
      withCluster(Program.cluster('--speed', speed), (subject) => rollout(subject, name, quick ? 2 : 5)),
    );
  }
  await measurePeer('rollout', async (subject) => {
    const [figure] = await rollout(subject, '3-replica StatefulSet ready, --speed learner', quick ? 1 : 3);
    return [figure!, { ...figure!, what: '3-replica StatefulSet ready, --speed max' }];
  });
  let version = '';
  await withCluster(Program.durableCluster('--speed', 'max'), async (subject) => {
    version = await subject.version();
    await measure('requests', async () => {
      const [own, others] = await allRequests(peer ? [subject, peer] : [subject], quick, kubectl);
      theirs.push(...(others ?? []));
      return own!;
    });
    return [];
  });
  await measure('scale', () =>
    withCluster(Program.durableCluster('--speed', 'max'), (subject) => many(subject, quick)),
  );
  await measurePeer('scale', (subject) => many(subject, quick));
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
  return {
    ours: { name: `embedded ${version}`, figures: ours },
    theirs: peer && { name: `peer ${await peer.version()}`, figures: theirs },
  };
}

async function many(subject: Subject, quick: boolean): Promise<Figure[]> {
  return [...(await manyPods(subject, 1000, 200)), ...(await manyWatches(subject, 1000, 200, quick ? 3 : 15))];
}

/** Figures by cluster. */
async function allRequests(
  subjects: readonly Subject[],
  quick: boolean,
  kubectl: string | undefined,
): Promise<Figure[][]> {
  const measured = [
    await requests(subjects, quick ? 300 : 2000),
    await throughput(subjects, quick ? 2 : 8),
    ...(kubectl ? [await kubectlRequests(subjects, quick ? 5 : 20, kubectl)] : []),
  ];
  return subjects.map((_, index) => measured.flatMap((figures) => figures[index]!));
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
