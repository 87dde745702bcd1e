/**
 * What the server would know about a learner in the lesson: tasks that tick, predictions that settle.
 *
 * @import { PredictionState, ServerMessage, TaskState } from '../../../src/protocol/live.ts'
 */
import { FakeCluster, isReady } from './cluster.mjs';
import { page } from './lessons.mjs';
import { FakeShell } from './shell.mjs';

/** @typedef {{ id: string, title: string, shell: FakeShell, readers: Set<(text: string) => void> }} FakeTerminal */

export class FakeSession {
  cluster = new FakeCluster();
  step = 'look-around';
  /** @type {Map<string, TaskState>} */
  tasks = new Map();
  /** @type {Map<string, PredictionState>} */
  predictions = new Map();
  /** @type {FakeTerminal[]} */
  terminals = [];
  /** @type {Set<string>} */
  files = new Set();
  /** @type {string[]} */
  commands = [];
  /** @type {Set<(message: ServerMessage) => void>} */
  listeners = new Set();
  clusterState = /** @type {Extract<ServerMessage, { type: 'cluster' }>} */ ({
    type: 'cluster',
    state: 'ready',
    provider: 'embedded',
    version: 'v1.33.0',
  });
  #opened = 0;
  #told = 0;

  constructor() {
    for (const step of page.steps) {
      for (const task of step.tasks) {
        this.tasks.set(`${step.id}/${task.id}`, { step: step.id, task: task.id, state: 'waiting', hints: [] });
      }
      for (const [, id] of step.html.matchAll(/data-predict="([^"]+)"/g)) {
        if (id) this.predictions.set(id, { id });
      }
    }
    this.openTerminal();
    this.evaluate();
  }

  /** @param {ServerMessage} message */
  tell(message) {
    for (const listener of this.listeners) listener(message);
  }

  /** @returns {ServerMessage[]} */
  greeting() {
    return [
      {
        type: 'session',
        lesson: page.id,
        namespace: page.namespace,
        step: this.step,
        tasks: [...this.tasks.values()],
        predictions: [...this.predictions.values()],
        terminals: this.#tabs(),
        timeline: this.cluster.timeline,
      },
      this.clusterState,
      { type: 'objects', reset: true, upserts: [...this.cluster.objects.values()], deletes: [] },
    ];
  }

  #tabs() {
    return this.terminals.map(({ id, title }) => ({ id, title }));
  }

  openTerminal() {
    this.#opened += 1;
    /** @type {FakeTerminal['readers']} */
    const readers = new Set();
    const print = (/** @type {string} */ text) => {
      for (const reader of readers) reader(text);
    };
    const shell = new FakeShell(this.cluster, print, (command) => this.#ran(command));
    const terminal = { id: `t${this.#opened}`, title: 'bash', readers, shell };
    this.terminals.push(terminal);
    this.tell({ type: 'terminals', terminals: this.#tabs() });
  }

  /** @param {string} id */
  closeTerminal(id) {
    this.terminals = this.terminals.filter((terminal) => terminal.id !== id);
    this.tell({ type: 'terminals', terminals: this.#tabs() });
  }

  /** @param {string} command */
  #ran(command) {
    this.commands.push(command);
    this.refresh();
  }

  /** Lets the cluster do everything it has to do, at once. */
  settle() {
    while (this.cluster.step());
    this.refresh();
  }

  /** Says what changed since last time. */
  refresh() {
    const entries = this.cluster.timeline.slice(this.#told);
    this.#told = this.cluster.timeline.length;
    this.tell({ type: 'objects', reset: true, upserts: [...this.cluster.objects.values()], deletes: [] });
    if (entries.length > 0) this.tell({ type: 'timeline', entries });
    this.evaluate();
  }

  evaluate() {
    const pods = [...this.cluster.objects.values()].filter((object) => object.kind === 'Pod');
    const ready = pods.filter(isReady).map((pod) => pod.metadata.name);
    const ran = (/** @type {RegExp} */ pattern) => this.commands.some((command) => pattern.test(command));
    this.#task('look-around/nodes', ran(/get nodes/), 'no `kubectl get nodes` in the terminal yet');
    this.#task('create/service', this.cluster.find('Service', 'kubia') !== undefined, 'no Service named `kubia`');
    this.#task(
      'create/ready',
      ready.includes('kubia-0') && ready.includes('kubia-1'),
      pods.length === 0 ? 'there is no StatefulSet `kubia`' : `${ready.length} of 2 Pods are ready`,
    );
    this.#task('create/order', ready.includes('kubia-1'), 'no `kubia-1` yet');
    this.#task('scale/down', this.cluster.replicas === 1 && pods.length === 1, `${pods.length} Pods`);
    if (ready.includes('kubia-1'))
      this.#settlePrediction('order', 'after', 'kubia-1 was created 1.4 s after kubia-0 became ready.');
  }

  /** @param {string} key @param {boolean} holds @param {string} saw */
  #task(key, holds, saw) {
    const task = this.tasks.get(key);
    if (!task || task.state === 'passed' || task.state === 'failed') return;
    if (!holds && task.evidence?.saw === saw) return;
    this.setTask(key, {
      state: holds ? 'passed' : 'waiting',
      ...(holds
        ? { passedAt: '2025-11-21T12:03:05Z', evidence: undefined }
        : { evidence: { expected: 'it to be so', saw } }),
    });
  }

  /** @param {string} key @param {Partial<TaskState>} change */
  setTask(key, change) {
    const task = this.tasks.get(key);
    if (!task) throw new Error(`no task ${key}`);
    const next = { ...task, ...change };
    this.tasks.set(key, next);
    this.tell({ type: 'task', task: next });
  }

  /** @param {string} id @param {string} choice @param {string} observed */
  #settlePrediction(id, choice, observed) {
    const prediction = this.predictions.get(id);
    if (!prediction || prediction.settled) return;
    const next = { ...prediction, settled: { choice, observed } };
    this.predictions.set(id, next);
    this.tell({ type: 'prediction', prediction: next });
  }

  /** @param {import('../../../src/protocol/live.ts').ClientMessage} message */
  receive(message) {
    switch (message.type) {
      case 'step':
        this.step = message.step;
        break;
      case 'predict': {
        const prediction = this.predictions.get(message.id);
        if (!prediction || prediction.choice) return;
        const next = { ...prediction, choice: message.choice };
        this.predictions.set(message.id, next);
        this.tell({ type: 'prediction', prediction: next });
        break;
      }
      case 'hint': {
        const key = `${message.step}/${message.task}`;
        const hints = this.tasks.get(key)?.hints ?? [];
        const all = [
          '<p>What does the manifest ask for, and what is there?</p>',
          '<p>Events tell what a Pod waits for: <code>kubectl describe pod kubia-0</code>.</p>',
          '<p>Apply the file again: <code>kubectl apply -f kubia.yaml</code>.</p>',
        ];
        this.setTask(key, { hints: all.slice(0, hints.length + 1) });
        break;
      }
      case 'write-file':
        this.tell({ type: 'file', name: message.name, existed: this.files.has(message.name) });
        this.files.add(message.name);
        this.tell({ type: 'notice', level: 'info', text: `${message.name} is in the working folder.` });
        break;
      case 'run':
        this.terminals.find((terminal) => terminal.id === message.terminal)?.shell.input(`${message.command}\r`);
        break;
      case 'open-terminal':
        this.openTerminal();
        break;
      case 'close-terminal':
        this.closeTerminal(message.terminal);
        break;
      case 'reset':
        this.tell({ type: 'notice', level: 'info', text: 'The lesson starts over.' });
        break;
    }
  }
}
