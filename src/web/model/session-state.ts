import type { PictureObject, PredictionState, ServerMessage, TaskState, TimelineEntry } from '../../protocol/live.ts';

/** What the live connection has said so far. Replaced, never changed. */
export interface SessionState {
  /** False until the first `session` message: nothing is known about tasks yet. */
  readonly known: boolean;
  readonly lesson: string;
  readonly namespace: string;
  /** The step the server remembers. */
  readonly step: string;
  readonly tasks: ReadonlyMap<string, TaskState>;
  readonly predictions: ReadonlyMap<string, PredictionState>;
  readonly terminals: readonly TerminalTab[];
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
  readonly objects: ReadonlyMap<string, PictureObject>;
  readonly cluster: ClusterState | undefined;
  readonly notices: readonly Notice[];
  /** Counts notices, for their ids. */
  readonly noticed: number;
  /** Files of the working folder that the lesson wrote in this visit. */
  readonly files: ReadonlyMap<string, { readonly existed: boolean }>;
}

export interface TerminalTab {
  readonly id: string;
  readonly title: string;
}

export type ClusterState = Omit<Extract<ServerMessage, { type: 'cluster' }>, 'type'>;

export interface Notice {
  readonly id: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** More would only be scrolled past; the server keeps the whole. */
const TIMELINE_LENGTH = 400;
const NOTICES = 4;

export function taskKey(step: string, task: string): string {
  return `${step}/${task}`;
}

export function emptySession(lesson: string): SessionState {
  return {
    known: false,
    lesson,
    namespace: '',
    step: '',
    tasks: new Map(),
    predictions: new Map(),
    terminals: [],
    timeline: [],
    objects: new Map(),
    cluster: undefined,
    notices: [],
    noticed: 0,
    files: new Map(),
  };
}

export function reduceSession(state: SessionState, message: ServerMessage): SessionState {
  switch (message.type) {
    case 'session':
      return {
        ...state,
        known: true,
        lesson: message.lesson,
        namespace: message.namespace,
        step: message.step,
        tasks: new Map(message.tasks.map((task) => [taskKey(task.step, task.task), task])),
        predictions: new Map(message.predictions.map((prediction) => [prediction.id, prediction])),
        terminals: message.terminals,
        timeline: message.timeline.slice(-TIMELINE_LENGTH),
      };
    case 'task':
      return {
        ...state,
        tasks: new Map(state.tasks).set(taskKey(message.task.step, message.task.task), message.task),
      };
    case 'prediction':
      return { ...state, predictions: new Map(state.predictions).set(message.prediction.id, message.prediction) };
    case 'cluster': {
      const { type: _, ...cluster } = message;
      return { ...state, cluster };
    }
    case 'objects': {
      const objects = new Map(message.reset ? [] : state.objects);
      for (const uid of message.deletes) objects.delete(uid);
      for (const object of message.upserts) objects.set(object.metadata.uid, object);
      return { ...state, objects };
    }
    case 'timeline':
      return { ...state, timeline: [...state.timeline, ...message.entries].slice(-TIMELINE_LENGTH) };
    case 'terminals':
      return { ...state, terminals: message.terminals };
    case 'file':
      return { ...state, files: new Map(state.files).set(message.name, { existed: message.existed }) };
    case 'step':
      return { ...state, step: message.step };
    case 'notice':
      return addNotice(state, message.level, message.text);
    case 'front':
    case 'reload':
      return state;
  }
}

export function addNotice(state: SessionState, level: Notice['level'], text: string): SessionState {
  // The same words twice in a row are one notice: a reconnecting server repeats itself.
  const others = state.notices.filter((notice) => notice.text !== text);
  const id = state.noticed + 1;
  return { ...state, noticed: id, notices: [...others, { id, level, text }].slice(-NOTICES) };
}

export function dismissNotice(state: SessionState, id: number): SessionState {
  return { ...state, notices: state.notices.filter((notice) => notice.id !== id) };
}
