import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { restoreNodes } from '../../clusters/nodes.ts';
import type { RunningCluster } from '../../clusters/provider.ts';
import { RealClock } from '../../embedded/clock.ts';
import { createTools, loadLesson } from '../../lessons/load.ts';
import { selectMistakes } from '../../progress/rehearsal/selection.ts';
import { countAttempts, rehearse } from '../../progress/rehearse.ts';
import { loadNodePty } from '../../terminal/node-pty.ts';
import { installIntegration } from '../../terminal/shell.ts';
import type { ValidateOptions } from '../commands/validate.ts';
import { Failure } from '../failure.ts';
import { kubectlFor } from '../kubectl.ts';
import { chooseLessons } from '../lessons.ts';
import { type Channel, openChannel } from '../node/channel.ts';
import { distFolder } from '../paths.ts';
import { progressPrinter } from '../progress.ts';
import { createProvider, imagesOf, proberImage, renamedImages } from '../providers.ts';
import { abortedBySignal } from '../signals.ts';
import { terminalEnvironment } from '../terminal-environment.ts';
import { changedLessons, onlyChanged } from './changed.ts';
import { chooseReporters } from './reporters/choose.ts';
import { RunReports } from './reporters/run-reports.ts';

/** How many seconds of declared durations (probe periods, grace periods, …) pass in one while a lesson is rehearsed. */
const rate = 20;
/** Attempts at a time: they mostly wait. */
const concurrency = 4;
/** A real cluster pulls, mounts and probes in its own time, which is all the longer on a busy machine. */
const realLimits = { command: 180_000, tasks: 90_000, patience: 60_000 };

export async function validate(ids: readonly string[], options: ValidateOptions): Promise<void> {
  const reporters = chooseReporters(options.reporter, process);
  const tools = createTools(renamedImages(options));
  const chosen = await narrow(chooseLessons(options.lessons, ids), options);
  const loaded = chosen.map((each) => loadLesson(each, tools));
  const clock = new RealClock();
  const reports = new RunReports(reporters, { provider: options.provider, now: () => clock.now() });
  reports.started(
    loaded,
    loaded.reduce(
      (sum, { lesson }) => sum + (lesson ? countAttempts(lesson, selectMistakes(lesson, options.mistakes)) : 0),
      0,
    ),
  );
  if (loaded.length === 0) return reports.finish();
  const stop = abortedBySignal(new Failure('Stopped.'));
  const folder = mkdtempSync(join(tmpdir(), 'ordinal-validate-'));
  const progress = progressPrinter(process.stderr);
  // Timers of our clocks do not keep a process alive; this does, until the last lesson has been rehearsed.
  const alive = setInterval(() => {}, 60_000);
  const { data, image, config, context, yes, podSecurity } = options;
  const real = options.provider !== 'embedded';
  const provider = await createProvider(options.provider, {
    speed: 'max',
    rate,
    ...(real && { data: data ?? folder, images: imagesOf(loaded) }),
    ...(image && { image }),
    ...(context && { context }),
    ...(yes && { yes }),
    ...(podSecurity && { podSecurity }),
    ...(config !== undefined && { config }),
  });
  let cluster: RunningCluster | undefined;
  let channel: Channel | undefined;
  let ended = false;
  try {
    cluster = await provider.up({ signal: stop.signal, progress: real ? progress : () => {} });
    const running = cluster;
    channel = await openChannel(folder, running);
    running.failed.catch((error: unknown) => {
      ended = true;
      stop.abort(new Failure(`The cluster has ended: ${describe(error)}`));
    });
    const kubectl = await kubectlFor(cluster.version, { signal: stop.signal, progress });
    const integration = join(folder, 'shell');
    installIntegration(integration);
    const spawn = await loadNodePty();
    for (const each of loaded) {
      const { id, lesson } = each;
      if (!lesson) {
        reports.broken(each);
        continue;
      }
      const missing = lesson.needs.filter((need) => !(provider.capabilities as ReadonlySet<string>).has(need));
      if (missing.length > 0) {
        reports.skipped(each, `needs ${missing.join(', ')}, which ${provider.name} does not have`);
        continue;
      }
      reports.began(each);
      const result = await rehearse({
        lesson,
        kubeconfig: cluster.kubeconfig,
        space: cluster.space,
        ...(provider.namespaceOf && { namespaceOf: (session: string) => provider.namespaceOf!(session) }),
        kubectlFolder: kubectl.folder,
        folder: join(folder, id),
        integration,
        clock,
        spawn,
        env: terminalEnvironment(folder, process.env),
        platform: process.platform,
        proberImage,
        signal: stop.signal,
        concurrency,
        select: selectMistakes(lesson, options.mistakes),
        restoreNodes: () => restoreNodes(running, clock, stop.signal),
        ...(real && { limits: realLimits }),
        ended: (attempt) => reports.attempt(each, attempt),
      });
      reports.ended(each, result);
    }
    reports.finish();
    if (reports.failed > 0) {
      throw new Failure(
        reports.failed === 1 ? 'One lesson does not hold.' : `${reports.failed} lessons do not hold.`,
        'What was typed, printed and seen stands in the report.',
      );
    }
  } finally {
    reports.close();
    clearInterval(alive);
    channel?.close();
    // One that has ended by itself cannot be stopped; why it has is on its way to whoever asked.
    if (!ended) await cluster?.stop();
    // A cluster that was made for this alone goes with it.
    if (real && data === undefined) await provider.down();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With --changed, the lessons that a pull request touches. */
async function narrow(folders: readonly string[], { changed, lessons }: ValidateOptions): Promise<readonly string[]> {
  if (changed === undefined) return folders;
  const base = typeof changed === 'string' ? { base: changed } : {};
  const found = await changedLessons({ lessons, ...base, program: distFolder, env: process.env });
  const left = onlyChanged(folders, found);
  const names = left.map((folder) => basename(folder)).join(', ');
  const what = found.because
    ? `every lesson, as ${found.because} has changed`
    : left.length > 0
      ? names
      : 'no lesson is touched';
  console.error(`changed since ${found.since}: ${what}`);
  return left;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
