import { join } from 'node:path';
import type { SessionSpace } from '../clusters/provider.ts';
import type { Lesson } from '../lessons/lesson.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { LearnerSession, type LearnerSessionOptions } from './learner-session.ts';
import { namespaceFor } from './namespace.ts';
import type { ProgressRecord } from './record.ts';

export interface SessionsOptions
  extends Omit<
    LearnerSessionOptions,
    'learner' | 'lesson' | 'namespace' | 'kubeconfig' | 'kubectlFolder' | 'folder' | 'space' | 'restoreNodes'
  > {
  /** Resolves once the cluster serves and kubectl is there. Rejects with what went wrong. */
  cluster(): Promise<{
    readonly kubeconfig: string;
    readonly kubectlFolder: string | undefined;
    readonly space?: SessionSpace | undefined;
    restoreNodes?(): Promise<void>;
  }>;
  /** The namespace of a session on a cluster that is shared; the lesson's own name when absent. */
  namespaceOf?(session: string): string;
  /** Below which each session has a folder. */
  readonly folder: string;
}

/** The sessions of this server: one for each learner and lesson, opened when it is first asked for. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #open = new Map<string, Promise<LearnerSession>>();
  readonly #ready = new Set<LearnerSession>();
  readonly #stop = new AbortController();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** What is stored of a learner in a lesson, without opening a session. */
  progress(learner: string, lesson: string): ProgressRecord | undefined {
    return this.#options.store.load(learner, lesson);
  }

  /** The namespace in which a lesson is learned here. */
  namespaceOf(lesson: string): string {
    const name = namespaceFor(lesson);
    return this.#options.namespaceOf?.(name) ?? name;
  }

  open(learner: string, lesson: Lesson): Promise<LearnerSession> {
    const key = JSON.stringify([learner, lesson.id]);
    const known = this.#open.get(key);
    if (known) return known;
    const opening = this.#make(learner, lesson);
    this.#open.set(key, opening);
    opening.then(
      (session) => this.#ready.add(session),
      () => this.#open.delete(key),
    );
    return opening;
  }

  /** The terminal of that id, and whose it is. */
  terminal(id: string): { readonly terminal: Terminal; readonly learner: string } | undefined {
    for (const { terminals, learner } of this.#ready) {
      const terminal = terminals.get(id);
      if (terminal) return { terminal, learner };
    }
    return undefined;
  }

  /** Goes on with a lesson whose source has changed, in every session that has it open. */
  async reload(lesson: Lesson): Promise<void> {
    for (const session of this.#ready) if (session.lesson.id === lesson.id) await session.reload(lesson);
  }

  async closeAll(): Promise<void> {
    this.#stop.abort(new Error('the server stops'));
    const all = [...this.#open.values()];
    this.#open.clear();
    this.#ready.clear();
    for (const opening of all) (await opening.catch(() => undefined))?.close();
  }

  async #make(learner: string, lesson: Lesson): Promise<LearnerSession> {
    const { cluster, folder, ...rest } = this.#options;
    const { kubeconfig, kubectlFolder, space, restoreNodes } = await cluster();
    this.#stop.signal.throwIfAborted();
    return LearnerSession.open(
      {
        ...rest,
        learner,
        lesson,
        namespace: this.namespaceOf(lesson.id),
        kubeconfig,
        space,
        ...(restoreNodes && { restoreNodes }),
        kubectlFolder,
        folder: join(folder, lesson.id),
      },
      this.#stop.signal,
    );
  }
}
