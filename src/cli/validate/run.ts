import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ClusterProvider } from '../../clusters/provider.ts';
import { RealClock } from '../../embedded/clock.ts';
import { letsNodesFail } from '../../lessons/lesson.ts';
import { createTools, type LoadedLesson, loadLesson } from '../../lessons/load.ts';
import { selectMistakes } from '../../progress/rehearsal/selection.ts';
import { Turns } from '../../progress/rehearsal/turns.ts';
import { countAttempts, rehearse } from '../../progress/rehearse.ts';
import { loadNodePty } from '../../terminal/node-pty.ts';
import { installIntegration } from '../../terminal/shell.ts';
import type { ValidateOptions } from '../commands/validate.ts';
import { Failure } from '../failure.ts';
import { kubectlFor } from '../kubectl.ts';
import { chooseLessons } from '../lessons.ts';
import { distFolder } from '../paths.ts';
import { progressPrinter } from '../progress.ts';
import { createProvider, imagesOf, proberImage, renamedImages } from '../providers.ts';
import { abortedBySignal } from '../signals.ts';
import { changedLessons, onlyChanged } from './changed.ts';
import { ClusterPlaces } from './cluster-places.ts';
import { chooseReporters } from './reporters/choose.ts';
import { RunReports } from './reporters/run-reports.ts';

/** How many seconds of declared durations (probe periods, grace periods, …) pass in one while a lesson is rehearsed. */
const rate = 20;
/**
 * Attempts at a time: on the cluster that most share, where they wait as long as they work and a real one works harder;
 * and where nodes fail, each on a cluster of its own, whose start costs about as much as an attempt.
 */
const atOnce = { embedded: { shared: 8, own: 4 }, real: { shared: 4, own: 2 } };
/** A real cluster pulls, mounts and probes in its own time, which is all the longer on a busy machine. */
const realLimits = { command: 180_000, tasks: 90_000, patience: 60_000 };

export async function validate(ids: readonly string[], options: ValidateOptions): Promise<void> {
  const reporters = chooseReporters(options.reporter, process);
  const tools = createTools(renamedImages(options));
  const chosen = await narrow(chooseLessons(options.lessons, ids), options);
  const loaded = chosen.map((each) => loadLesson(each, tools));
  const clock = new RealClock();
  const reports = new RunReports(reporters, { provider: options.provider, now: () => clock.now() });
  const steady = loaded.filter(sharesItsCluster);
  const fragile = loaded.filter((each) => !sharesItsCluster(each));
  const count = (lessons: readonly LoadedLesson[]) =>
    lessons.reduce(
      (sum, { lesson }) => sum + (lesson ? countAttempts(lesson, selectMistakes(lesson, options.mistakes)) : 0),
      0,
    );
  const attempts = { shared: count(steady), own: count(fragile) };
  reports.started(loaded, attempts.shared + attempts.own);
  if (loaded.length === 0) return reports.finish();
  const stop = abortedBySignal(new Failure('Stopped.'));
  const folder = mkdtempSync(join(tmpdir(), 'ordinal-validate-'));
  const progress = progressPrinter(process.stderr);
  // Timers of our clocks do not keep a process alive; this does, until the last lesson has been rehearsed.
  const alive = setInterval(() => {}, 60_000);
  const { data, image, config, context, yes, podSecurity } = options;
  const real = options.provider !== 'embedded';
  const make = (keptIn: string, lessons = loaded) =>
    createProvider(options.provider, {
      speed: 'max',
      rate,
      ...(real && { data: keptIn, images: imagesOf(lessons) }),
      ...(image && { image }),
      ...(context && { context }),
      ...(yes && { yes }),
      ...(podSecurity && { podSecurity }),
      ...(config !== undefined && { config }),
    });
  // Somebody's own cluster is the only one, and two made from one configuration may want the same ports.
  const single = options.provider === 'kubeconfig' || config !== undefined;
  // Each attempt waits on it for several things at once: Node takes more than ten for a leak, and says so.
  setMaxListeners(0, stop.signal);
  let provider: ClusterProvider | undefined;
  let places: ClusterPlaces | undefined;
  try {
    const main = await make(data ?? folder);
    provider = main;
    places = await ClusterPlaces.open({
      provider: main,
      ...(!single && { another: (keptIn) => make(keptIn, fragile) }),
      folder,
      attempts,
      atOnce: real ? atOnce.real : atOnce.embedded,
      clock,
      stop,
      progress: real ? progress : () => {},
    });
    const where = places;
    const kubectl = await kubectlFor(places.version, { signal: stop.signal, progress });
    const integration = join(folder, 'shell');
    installIntegration(integration);
    const spawn = await loadNodePty();
    const ports = new Turns();
    const rehearsed = async (each: LoadedLesson) => {
      const { id, lesson } = each;
      if (!lesson) return reports.broken(each);
      const missing = lesson.needs.filter((need) => !(main.capabilities as ReadonlySet<string>).has(need));
      if (missing.length > 0) {
        return reports.skipped(each, `needs ${missing.join(', ')}, which ${main.name} does not have`);
      }
      const result = await rehearse({
        lesson,
        places: where.for(lesson),
        ports,
        ...(main.namespaceOf && { namespaceOf: (session: string) => main.namespaceOf!(session) }),
        kubectlFolder: kubectl.folder,
        folder: join(folder, id),
        home: join(folder, 'home'),
        integration,
        clock,
        spawn,
        platform: process.platform,
        proberImage,
        signal: stop.signal,
        select: selectMistakes(lesson, options.mistakes),
        ...(real && { limits: realLimits }),
        began: () => reports.began(each),
        ended: (attempt) => reports.attempt(each, attempt),
      });
      reports.ended(each, result);
    };
    const sharing = allEnd(steady.map(rehearsed)).finally(() => where.sharingEnded());
    await allEnd([sharing, ...fragile.map(rehearsed)]);
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
    try {
      await places?.close();
      // A cluster that was made for this alone goes with it.
      if (real && data === undefined) await provider?.down();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Whether its attempts can be made beside others'; one that is broken is never made. */
function sharesItsCluster({ lesson }: LoadedLesson): boolean {
  return !lesson || !letsNodesFail(lesson);
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

/** Resolves, or rejects with the first one's reason, once nothing is under way any more. */
async function allEnd(work: readonly Promise<void>[]): Promise<void> {
  for (const end of await Promise.allSettled(work)) if (end.status === 'rejected') throw end.reason;
}
