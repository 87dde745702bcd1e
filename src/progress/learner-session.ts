import { join } from 'node:path';
import type { Clock } from '../clusters/clock.ts';
import type { SessionSpace } from '../clusters/provider.ts';
import { KubeReader } from '../clusters/reader.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { inNamespace, type Lesson, letsNodesFail } from '../lessons/lesson.ts';
import type { SpawnPty } from '../terminal/pty.ts';
import { shellLaunch } from '../terminal/shell.ts';
import type { TypeOutcome } from '../terminal/terminal.ts';
import { Terminals } from '../terminal/terminals.ts';
import { kindsOf } from './agenda.ts';
import { enterNamespace, removeNamespace } from './namespace.ts';
import { SessionReader } from './reader.ts';
import type { ProgressStore } from './record.ts';
import { Session } from './session.ts';
import { Timeline, type TimelineEntry } from './timeline.ts';
import { Workspace } from './workspace.ts';

export interface LearnerSessionOptions {
  readonly learner: string;
  readonly lesson: Lesson;
  readonly namespace: string;
  /** The provider's kubeconfig. */
  readonly kubeconfig: string;
  /** Absent where the cluster is the learner's own. */
  readonly space?: SessionSpace | undefined;
  /** To be put first in PATH; undefined where PATH finds the right kubectl. */
  readonly kubectlFolder: string | undefined;
  /** For this session's files: kubeconfig, shell history, and the working folder. */
  readonly folder: string;
  /** Where the terminals' integration scripts stand. */
  readonly integration: string;
  readonly store: ProgressStore;
  readonly clock: Clock;
  readonly spawn: SpawnPty;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly shell?: string;
  readonly proberImage: string;
  /** Puts nodes right that the lesson has let fail; absent where they cannot. */
  restoreNodes?(): Promise<void>;
  problem(error: unknown): void;
}

/** The kinds the picture and the timeline are made of. */
export const pictureKinds = [
  'pods',
  'persistentvolumeclaims',
  'persistentvolumes',
  'statefulsets.apps',
  'deployments.apps',
  'replicasets.apps',
  'services',
  'endpointslices.discovery.k8s.io',
  'nodes',
] as const;

export interface LearnerListener {
  /** An object of the picture; `deleted` with its last state. */
  object?(object: KubeObject, deleted: boolean): void;
  timeline?(entries: readonly TimelineEntry[]): void;
  terminals?(): void;
  /** A file of the lesson was written into the working folder. */
  file?(name: string, existed: boolean): void;
  /** The cluster stopped answering, and why; or answers again. */
  trouble?(message: string | undefined): void;
  /** The lesson begins anew: read everything again. */
  reset?(): void;
}

/** All that belongs to one learner in one lesson on one cluster, in one namespace. */
export class LearnerSession {
  readonly learner: string;
  readonly namespace: string;
  readonly terminals: Terminals;
  readonly #options: LearnerSessionOptions;
  readonly #reader: KubeReader;
  readonly #lenient: SessionReader;
  readonly #workspace: Workspace;
  readonly #timeline = new Timeline();
  readonly #listeners = new Set<LearnerListener>();
  readonly #stop = new AbortController();
  #session: Session;
  #resetting: Promise<void> | undefined;

  private constructor(options: LearnerSessionOptions, lesson: Lesson, reader: KubeReader) {
    this.#options = options;
    this.learner = options.learner;
    this.namespace = options.namespace;
    this.#reader = reader;
    this.#lenient = new SessionReader(reader, options.clock);
    this.#workspace = new Workspace(join(options.folder, 'work'));
    this.terminals = new Terminals({
      spawn: options.spawn,
      cwd: this.#workspace.folder,
      clock: options.clock,
      launch: (nonce) =>
        shellLaunch({
          env: options.env,
          platform: options.platform,
          kubeconfig: this.kubeconfig,
          integration: options.integration,
          historyFile: join(options.folder, 'history'),
          nonce,
          ...(options.kubectlFolder && { pathFolder: options.kubectlFolder }),
          ...(options.shell && { shell: options.shell }),
        }),
    });
    for (const kind of pictureKinds) {
      for (const entry of this.#lenient.history(kind).entries) this.#timeline.add(entry);
    }
    const plurals = new Set<string>(pictureKinds.map((kind) => kind.split('.')[0]!));
    reader.onChange((kind, object, entry) => {
      if (!plurals.has(kind)) return;
      const told = this.#timeline.add(entry);
      this.#each((listener) => listener.object?.(object, entry.type === 'deleted'));
      if (told.length > 0) this.#each((listener) => listener.timeline?.(told));
    });
    reader.onTrouble((trouble) => this.#each((listener) => listener.trouble?.(trouble?.message)));
    this.terminals.onChange(() => this.#each((listener) => listener.terminals?.()));
    this.#session = this.#begin(lesson);
  }

  /** Makes namespace, files and kubeconfig where they are not there yet, and reads the cluster. */
  static async open(options: LearnerSessionOptions, signal: AbortSignal): Promise<LearnerSession> {
    const { namespace, clock } = options;
    const lesson = inNamespace(options.lesson, namespace);
    const { kubeconfig, space } = options;
    const file = join(options.folder, 'kubeconfig');
    await new Workspace(join(options.folder, 'work')).prepare(lesson.files);
    const reader = await KubeReader.open({ kubeconfig, namespace, clock, prober: { image: options.proberImage } });
    try {
      await enterNamespace(reader.api, { namespace, kubeconfig, file, space, clock, signal });
      await reader.watch([...pictureKinds, 'events', ...kindsOf(lesson)]);
      signal.throwIfAborted();
      return new LearnerSession(options, lesson, reader);
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  get lesson(): Lesson {
    return this.#session.lesson;
  }

  /** Another one after the lesson was reloaded: ask for it each time. */
  get session(): Session {
    return this.#session;
  }

  get kubeconfig(): string {
    return join(this.#options.folder, 'kubeconfig');
  }

  get timeline(): readonly TimelineEntry[] {
    return this.#timeline.entries;
  }

  /** The picture's objects as they stand. */
  get objects(): readonly KubeObject[] {
    return pictureKinds.flatMap((kind) => this.#lenient.list(kind));
  }

  on(listener: LearnerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes a file that stands in the step. Resolves with whether there was one, or undefined where it does not. */
  async writeFile(stepId: string, name: string): Promise<boolean | undefined> {
    const actions = this.#step(stepId)?.actions ?? [];
    const file = actions.find((action) => action.type === 'file' && action.name === name);
    if (file?.type !== 'file') return undefined;
    const existed = await this.#workspace.write(file);
    this.#each((listener) => listener.file?.(name, existed));
    return existed;
  }

  /**
   * Types a command that stands in the step. `unknown` where it does not, or there is no such terminal.
   * @param elsewhere whether it may go into any other terminal where something runs in this one
   * @returns how it went, and in which terminal
   */
  async run(
    terminal: string,
    stepId: string,
    command: string,
    elsewhere: boolean,
  ): Promise<{ outcome: TypeOutcome | 'unknown'; terminal: string }> {
    const actions = this.#step(stepId)?.actions ?? [];
    const text = command.trim();
    if (!actions.some((action) => action.type === 'command' && action.text.trim() === text)) {
      return { outcome: 'unknown', terminal };
    }
    const outcome = (await this.terminals.get(terminal)?.type(text)) ?? 'unknown';
    if (outcome !== 'busy' || !elsewhere) return { outcome, terminal };
    const other = this.terminals.idle() ?? this.terminals.open();
    return { outcome: await other.type(text), terminal: other.id };
  }

  /** Goes on with a lesson whose source has changed: terminals and cluster stay, checks are evaluated anew. */
  async reload(lesson: Lesson): Promise<void> {
    const filled = inNamespace(lesson, this.namespace);
    await this.#reader.watch(kindsOf(filled));
    this.#session.close();
    this.#session = this.#begin(filled);
    this.#each((listener) => listener.reset?.());
  }

  /** Has more kinds watched, for what is asked besides the lesson's own checks. Rejects for kinds there are not. */
  watch(kinds: Iterable<string>): Promise<void> {
    return this.#reader.watch(kinds);
  }

  /** The first terminal, for somebody who has just come; none where there is one. Throws TerminalError. */
  ensureTerminal(): void {
    if (this.terminals.list().length === 0) this.terminals.open();
  }

  /** Starts the lesson over: namespace emptied, files as they were, progress forgotten. */
  reset(): Promise<void> {
    this.#resetting ??= this.#startOver().finally(() => {
      this.#resetting = undefined;
    });
    return this.#resetting;
  }

  close(): void {
    this.#stop.abort(new Error('the session was closed'));
    this.#session.close();
    this.terminals.dispose();
    this.#reader.close();
    this.#listeners.clear();
  }

  async #startOver(): Promise<void> {
    const { clock, kubeconfig, space } = this.#options;
    const { signal } = this.#stop;
    const { namespace, kubeconfig: file } = this;
    // What runs on a node that is lost is never confirmed to be gone, and its namespace stays with it.
    if (letsNodesFail(this.lesson)) await this.#options.restoreNodes?.();
    await removeNamespace(this.#reader.api, namespace, clock, signal);
    await enterNamespace(this.#reader.api, { namespace, kubeconfig, file, space, clock, signal });
    await this.#workspace.reset(this.lesson.files);
    this.terminals.transcript.clear();
    this.#timeline.clear();
    this.#reader.restartHistories();
    this.#session.reset();
    this.#each((listener) => listener.reset?.());
  }

  #begin(lesson: Lesson): Session {
    const { learner, namespace, store, clock } = this.#options;
    return new Session({
      learner,
      lesson,
      namespace,
      reader: this.#lenient,
      transcript: this.terminals.transcript,
      store,
      clock,
      problem: (error) => this.#options.problem(error),
    });
  }

  #step(id: string) {
    return this.lesson.steps.find((step) => step.id === id);
  }

  #each(tell: (listener: LearnerListener) => void): void {
    for (const listener of [...this.#listeners]) tell(listener);
  }
}
