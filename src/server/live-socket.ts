import type { WebSocket } from 'ws';
import type { LearnerSession } from '../progress/learner-session.ts';
import type { PredictionProgress, TaskProgress } from '../progress/session.ts';
import { type ClientMessage, clientMessage, type PictureObject, type ServerMessage } from '../protocol/live.ts';
import { type Clock, Connection } from './socket.ts';
import { wireObject, wirePrediction, wireTask, wireTimeline } from './wire.ts';

/** The cluster as a whole, for the status strip. */
export type ClusterMessage = Extract<ServerMessage, { type: 'cluster' }>;

export interface ClusterStatus {
  current(): Omit<ClusterMessage, 'type'>;
  on(listener: () => void): () => void;
}

export interface LiveOptions {
  readonly cluster: ClusterStatus;
  readonly clock: Clock;
  /** Opens the session, or finds it open; once the cluster serves. */
  open(): Promise<LearnerSession>;
  /** A hint's Markdown to HTML. */
  renderHint(session: LearnerSession, markdown: string): Promise<string>;
}

/** Milliseconds between two messages about the picture: a browser draws no faster. */
const frame = 50;
/** Milliseconds until a session that could not be opened is tried again. */
const retry = 5000;
/** Bytes on their way to a slow browser at which the picture waits, and only its newest state is sent. */
const busy = 512 * 1024;

/** One browser tab that has a lesson open. */
export class LiveSocket {
  readonly #options: LiveOptions;
  readonly #connection: Connection<ClientMessage, ServerMessage>;
  readonly #undo: (() => void)[] = [];
  #session: LearnerSession | undefined;
  #closed = false;
  /** What is being rendered goes out in its turn. */
  #queue: Promise<void> = Promise.resolve();
  #queued = 0;
  #pending = new Map<string, PictureObject | undefined>();
  #frame: { cancel(): void } | undefined;
  #lastFrame = 0;
  #ownStep: string | undefined;
  #trouble: string | undefined;

  constructor(socket: WebSocket, options: LiveOptions) {
    this.#options = options;
    this.#connection = new Connection(socket, options.clock, clientMessage, {
      message: (message) => void this.#handle(message).catch((error: unknown) => this.#problem(error)),
      closed: () => this.#close(),
    });
    this.#undo.push(options.cluster.on(() => this.#tellCluster()));
    this.#tellCluster();
    void this.#begin();
  }

  send(message: ServerMessage): void {
    this.#connection.send(message);
  }

  close(code: number, reason: string): void {
    this.#connection.close(code, reason);
  }

  async #begin(): Promise<void> {
    while (!this.#closed) {
      try {
        const session = await this.#options.open();
        if (!this.#closed) this.#follow(session);
        return;
      } catch (error) {
        if (this.#closed) return;
        const message = error instanceof Error ? error.message : String(error);
        // Where the cluster is at fault, it says so itself.
        if (this.#options.cluster.current().state === 'ready')
          this.send({ type: 'notice', level: 'error', text: message });
        await this.#clusterChangeOrLater();
      }
    }
  }

  #clusterChangeOrLater(): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        timer.cancel();
        stop();
        resolve();
      };
      const timer = this.#options.clock.schedule(retry, go);
      const stop = this.#options.cluster.on(go);
      this.#undo.push(go);
    });
  }

  #follow(session: LearnerSession): void {
    this.#session = session;
    try {
      session.ensureTerminal();
    } catch (error) {
      this.#problem(error);
    }
    this.#tellEverything(session);
    let stop = this.#followTasks(session);
    this.#undo.push(() => stop());
    this.#undo.push(
      session.on({
        object: (object, deleted) => this.#object(object, deleted),
        timeline: (entries) => this.send({ type: 'timeline', entries: entries.map(wireTimeline) }),
        terminals: () => this.send({ type: 'terminals', terminals: session.terminals.list() }),
        file: (name, existed) => this.send({ type: 'file', name, existed }),
        trouble: (message) => {
          this.#trouble = message;
          this.#tellCluster();
        },
        reset: () => {
          stop();
          stop = this.#followTasks(session);
          this.#tellEverything(session);
        },
      }),
    );
  }

  #followTasks({ session }: LearnerSession): () => void {
    return session.on({
      task: (task) => this.#tellTask(task),
      prediction: (prediction: PredictionProgress) =>
        this.#inTurn(() => this.send({ type: 'prediction', prediction: wirePrediction(prediction) })),
      step: (step) => {
        if (step !== this.#ownStep) this.send({ type: 'step', step });
      },
    });
  }

  #tellEverything(learner: LearnerSession): void {
    this.#inTurn(async () => {
      const tasks = await Promise.all(learner.session.tasks.map((task) => this.#wire(task)));
      this.send({
        type: 'session',
        lesson: learner.lesson.id,
        namespace: learner.namespace,
        step: learner.session.step,
        tasks,
        predictions: learner.session.predictions.map(wirePrediction),
        terminals: learner.terminals.list(),
        timeline: learner.timeline.map(wireTimeline),
      });
      this.#pending.clear();
      const upserts = learner.objects.flatMap((object) => wireObject(object) ?? []);
      this.send({ type: 'objects', reset: true, upserts, deletes: [] });
    });
  }

  #tellTask(task: TaskProgress): void {
    this.#inTurn(
      task.hints.length === 0
        ? () => this.send({ type: 'task', task: wireTask(task, []) })
        : async () => this.send({ type: 'task', task: await this.#wire(task) }),
    );
  }

  async #wire(task: TaskProgress) {
    const html = await Promise.all(task.hints.map((hint) => this.#options.renderHint(this.#session!, hint)));
    return wireTask(task, html);
  }

  /** At once where nothing is being prepared, else after that. */
  #inTurn(tell: () => void | Promise<void>): void {
    if (this.#queued === 0) {
      const told = tell();
      if (!told) return;
      this.#queued++;
      this.#queue = told.catch((error: unknown) => this.#problem(error)).finally(() => this.#queued--);
      return;
    }
    this.#queued++;
    this.#queue = this.#queue
      .then(tell)
      .catch((error: unknown) => this.#problem(error))
      .finally(() => this.#queued--);
  }

  #tellCluster(): void {
    const current = this.#options.cluster.current();
    const trouble = this.#trouble && current.state === 'ready' ? this.#trouble : undefined;
    this.send({
      type: 'cluster',
      ...current,
      ...(trouble && { state: 'starting', message: `The cluster does not answer: ${trouble}` }),
    });
  }

  #object(object: LearnerSession['objects'][number], deleted: boolean): void {
    const wire = wireObject(object);
    if (!wire) return;
    this.#pending.set(wire.metadata.uid, deleted ? undefined : wire);
    if (this.#frame) return;
    const since = this.#options.clock.now() - this.#lastFrame;
    if (since >= frame && this.#queued === 0) this.#draw();
    else this.#frame = this.#options.clock.schedule(Math.max(0, frame - since), () => this.#draw());
  }

  #draw(): void {
    this.#frame = undefined;
    if (this.#closed || this.#pending.size === 0) return;
    if (this.#connection.waiting > busy || this.#queued > 0) {
      this.#frame = this.#options.clock.schedule(frame, () => this.#draw());
      return;
    }
    this.#lastFrame = this.#options.clock.now();
    const pending = this.#pending;
    this.#pending = new Map();
    this.send({
      type: 'objects',
      reset: false,
      upserts: [...pending.values()].filter((object) => object !== undefined),
      deletes: [...pending].filter(([, object]) => object === undefined).map(([uid]) => uid),
    });
  }

  async #handle(message: ClientMessage): Promise<void> {
    const learner = this.#session;
    if (!learner) return this.#notice('info', 'The cluster is not ready yet.');
    const { session, terminals } = learner;
    switch (message.type) {
      case 'step':
        this.#ownStep = message.step;
        session.openStep(message.step);
        this.#ownStep = undefined;
        return;
      case 'predict':
        return session.predict(message.id, message.choice);
      case 'hint':
        return session.hint(message.step, message.task);
      case 'write-file':
        if ((await learner.writeFile(message.step, message.name)) === undefined) {
          this.#notice('warning', `This step has no file ${message.name}.`);
        }
        return;
      case 'run':
        return this.#run(learner, message);
      case 'open-terminal':
        terminals.open();
        return;
      case 'close-terminal':
        return terminals.close(message.terminal);
      case 'reset':
        return learner.reset();
    }
  }

  async #run(learner: LearnerSession, message: Extract<ClientMessage, { type: 'run' }>): Promise<void> {
    const { step, command, elsewhere } = message;
    const { outcome, terminal } = await learner.run(message.terminal, step, command, elsewhere);
    if (terminal !== message.terminal) this.send({ type: 'front', terminal });
    if (outcome === 'busy') {
      const text =
        'A command is still running in that terminal. Press Ctrl+C there to end it, or use another terminal.';
      this.#notice('info', text);
    } else if (outcome === 'ended') {
      this.#notice('info', 'The shell in that terminal has ended. Open another terminal.');
    } else if (outcome === 'unknown') {
      this.#notice('warning', 'That command does not stand in this step, or its terminal is closed.');
    }
  }

  #problem(error: unknown): void {
    const remedy = error instanceof Error && 'remedy' in error ? ` ${error.remedy}` : '';
    this.#notice('error', `${error instanceof Error ? error.message : String(error)}${remedy}`);
  }

  #notice(level: 'info' | 'warning' | 'error', text: string): void {
    this.send({ type: 'notice', level, text });
  }

  #close(): void {
    this.#closed = true;
    this.#frame?.cancel();
    for (const undo of this.#undo.splice(0)) undo();
  }
}
