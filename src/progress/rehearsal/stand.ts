import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isReady } from '../../checks/state.ts';
import { type Clock, pause } from '../../clusters/clock.ts';
import { KubeReader } from '../../clusters/reader.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import { type Action, inNamespace, type Lesson, type Step } from '../../lessons/lesson.ts';
import type { SpawnPty } from '../../terminal/pty.ts';
import { shellLaunch } from '../../terminal/shell.ts';
import { Terminals } from '../../terminal/terminals.ts';
import type { LoggedCommand } from '../../terminal/transcript.ts';
import { kindsOf } from '../agenda.ts';
import { enterNamespace, removeNamespace } from '../namespace.ts';
import { SessionReader } from '../reader.ts';
import { memoryStore } from '../record.ts';
import { Session } from '../session.ts';
import { Workspace } from '../workspace.ts';
import type { Place } from './places.ts';
import type { RehearsalProblem } from './result.ts';
import { Typist } from './typist.ts';

export interface StandOptions {
  readonly place: Place;
  readonly kubectlFolder: string | undefined;
  /** For working folders and kubeconfigs. */
  readonly folder: string;
  /** Holds nobody's settings. Shared by all stands, so that kubectl finds what it has learned of a cluster before. */
  readonly home: string;
  readonly integration: string;
  readonly clock: Clock;
  readonly spawn: SpawnPty;
  readonly platform: NodeJS.Platform;
  readonly proberImage: string;
  readonly limits: Limits;
}

/** All in milliseconds of the injected clock. */
export interface Limits {
  /** For one command to end. */
  readonly command: number;
  /** For tasks to pass, or a mistake to be explained, once everything has been typed. */
  readonly tasks: number;
  /** For which a command that failed is tried again: somebody who types too early presses the arrow key. */
  readonly patience: number;
  /** Without any change after which the cluster is taken to be as it will stay. */
  readonly quiet: number;
}

export const defaultLimits: Limits = { command: 60_000, tasks: 30_000, patience: 10_000, quiet: 400 };

const watched = ['pods', 'statefulsets.apps', 'deployments.apps', 'persistentvolumeclaims', 'services', 'events'];

/**
 * For kubectl, which is a Go program that lives for a tenth of a second, hundreds of times in a rehearsal: it collects
 * no garbage before there is a lot of it, and starts no threads that then look for work. Saves a quarter of its time.
 */
const shortLived = { GOGC: 'off', GOMEMLIMIT: '256MiB', GOMAXPROCS: '1' };

/** A learner made of wire: a namespace, a working folder, terminals, and the lesson's checks watching. */
export class Stand {
  readonly lesson: Lesson;
  readonly session: Session;
  readonly #options: StandOptions;
  readonly #reader: KubeReader;
  readonly #workspace: Workspace;
  readonly #terminals: Terminals;
  readonly #typist: Typist;
  readonly #namespace: string;
  readonly #signal: AbortSignal;
  #lastChange: number;

  private constructor(
    options: StandOptions,
    lesson: Lesson,
    namespace: string,
    reader: KubeReader,
    workspace: Workspace,
    folder: string,
    signal: AbortSignal,
  ) {
    const { clock, platform, integration, kubectlFolder, home } = options;
    this.#options = options;
    this.lesson = lesson;
    this.#namespace = namespace;
    this.#reader = reader;
    this.#workspace = workspace;
    this.#signal = signal;
    this.#lastChange = clock.now();
    reader.onChange(() => {
      this.#lastChange = clock.now();
    });
    mkdirSync(home, { recursive: true });
    this.#terminals = new Terminals({
      spawn: options.spawn,
      cwd: workspace.folder,
      clock,
      launch: (nonce) =>
        shellLaunch({
          env: { ...options.place.env, ...shortLived, HOME: home, SHELL: undefined, LANG: 'C.UTF-8' },
          platform,
          kubeconfig: join(folder, 'kubeconfig'),
          integration,
          historyFile: join(folder, 'history'),
          nonce,
          shell: 'bash',
          ...(kubectlFolder && { pathFolder: kubectlFolder }),
        }),
    });
    this.#typist = new Typist(this.#terminals, clock, options.limits, () => this.#calm(), signal);
    this.session = new Session({
      learner: 'rehearsal',
      lesson,
      namespace,
      reader: new SessionReader(reader, clock),
      transcript: this.#terminals.transcript,
      store: memoryStore(),
      clock,
    });
  }

  static async open(options: StandOptions, lesson: Lesson, namespace: string, signal: AbortSignal): Promise<Stand> {
    const folder = join(options.folder, namespace);
    const { kubeconfig, space } = options.place;
    const file = join(folder, 'kubeconfig');
    const filled = inNamespace(lesson, namespace);
    const workspace = new Workspace(join(folder, 'work'));
    await workspace.reset(filled.files);
    const { clock, proberImage } = options;
    const reader = await KubeReader.open({ kubeconfig, namespace, clock, prober: { image: proberImage } });
    try {
      await removeNamespace(reader.api, namespace, clock, signal);
      await enterNamespace(reader.api, { namespace, kubeconfig, file, space, clock, signal });
      await reader.watch([...watched, ...kindsOf(filled)]);
      return new Stand(options, filled, namespace, reader, workspace, folder, signal);
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  get transcript(): readonly LoggedCommand[] {
    return this.#terminals.transcript.commands;
  }

  get objects(): readonly KubeObject[] {
    return watched.filter((kind) => kind !== 'events').flatMap((kind) => this.#reader.list(kind));
  }

  get events(): readonly KubeObject[] {
    return this.#reader.list('events');
  }

  /** The step as the learner gets it: opened, evaluated, its files within reach. */
  async openStep(step: Step): Promise<void> {
    this.session.openStep(step.id);
    await this.session.caughtUp();
    await this.until(() => this.tasksOf(step.id).every(({ state, evidence }) => state === 'passed' || evidence));
  }

  tasksOf(step: string) {
    return this.session.tasks.filter((task) => task.step === step);
  }

  /** Files that a step would write when asked to. */
  async writeFiles(actions: readonly Action[]): Promise<void> {
    for (const action of actions) if (action.type === 'file') await this.#workspace.write(action);
  }

  /**
   * Does what a learner would: writes files, types commands and waits for each to end and for the cluster to calm down.
   * @param careful failing commands are tried again for a while, and are a problem; a wrong attempt's are not
   */
  async play(actions: readonly Action[], careful: boolean): Promise<RehearsalProblem[]> {
    const problems: RehearsalProblem[] = [];
    for (const action of actions) {
      if (action.type === 'file') {
        await this.#workspace.write(action);
      } else if (action.background) {
        const ended = await this.#typist.begin(action.text);
        if (!ended) continue;
        problems.push({ message: ended });
        if (careful) return problems;
      } else {
        const failed = await this.#typist.typeAll(action.text, action.terminal, careful && !action.expectFailure);
        if (careful && action.expectFailure && !failed) {
          problems.push({ message: `\`${action.text}\` is meant to fail (expect-failure), and did not` });
        } else if (careful && !action.expectFailure && failed) {
          problems.push({ message: failed });
          return problems;
        }
        await this.#calm();
        await this.session.caughtUp();
      }
    }
    return problems;
  }

  /** Resolves with whether the condition came to hold within the time for tasks. */
  async until(condition: () => boolean): Promise<boolean> {
    if (condition()) return true;
    return new Promise((resolve, reject) => {
      const end = (held: boolean) => {
        stop();
        timer.cancel();
        this.#signal.removeEventListener('abort', abort);
        resolve(held);
      };
      const abort = () => {
        end(false);
        reject(this.#signal.reason);
      };
      const stop = this.session.on({
        task: () => condition() && end(true),
        prediction: () => condition() && end(true),
      });
      const timer = this.#options.clock.schedule(this.#options.limits.tasks, () => end(condition()));
      this.#signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Ends everything that was started and removes the namespace; it may take the cluster a moment after this. */
  async close(): Promise<void> {
    this.session.close();
    this.#terminals.dispose();
    await this.#reader.api
      .json({ method: 'DELETE', path: `/api/v1/namespaces/${this.#namespace}` })
      .catch(() => undefined);
    this.#reader.close();
  }

  /** Until everything is ready, or nothing has changed for a while. */
  async #calm(): Promise<void> {
    const { clock, limits } = this.#options;
    const from = clock.now();
    for (;;) {
      const still = clock.now() - Math.max(this.#lastChange, from);
      const needed = this.#allReady() ? Math.min(50, limits.quiet) : limits.quiet;
      if (still >= needed || clock.now() - from > limits.tasks) return;
      await pause(clock, needed - still, this.#signal);
    }
  }

  #allReady(): boolean {
    const controllers = [...this.#reader.list('statefulsets.apps'), ...this.#reader.list('deployments.apps')];
    const pods = this.#reader.list('pods') as readonly (KubeObject & { status?: { phase?: string } })[];
    return controllers.every(isReady) && pods.every((pod) => pod.status?.phase === 'Succeeded' || isReady(pod));
  }
}
