import { describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../../src/protocol/live.ts';
import {
  addNotice,
  dismissNotice,
  emptySession,
  reduceSession,
  type SessionState,
} from '../../../src/web/model/session-state.ts';

const session: ServerMessage = {
  type: 'session',
  lesson: 'first',
  namespace: 'learn-1',
  step: 'two',
  tasks: [{ step: 'two', task: 'a', state: 'waiting', hints: [] }],
  predictions: [{ id: 'order' }],
  terminals: [{ id: 't1', title: 'bash' }],
  timeline: [],
};

const pod = (uid: string, name = uid) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { uid, name } });
const all = (messages: ServerMessage[], state: SessionState = emptySession('first')) =>
  messages.reduce(reduceSession, state);

describe('session state', () => {
  it('knows nothing before the first session message', () => {
    expect(emptySession('first').known).toBe(false);
    expect(all([session]).known).toBe(true);
  });

  it('replaces everything a session message says, and keeps what it does not speak of', () => {
    const state = all([
      { type: 'objects', reset: true, upserts: [pod('1')], deletes: [] },
      { type: 'cluster', state: 'ready', provider: 'embedded' },
      session,
      { ...session, step: 'one', tasks: [], terminals: [] },
    ]);
    expect(state.tasks.size).toBe(0);
    expect(state.step).toBe('one');
    expect(state.objects.size).toBe(1);
    expect(state.cluster?.state).toBe('ready');
  });

  it('updates one task and one prediction without touching others', () => {
    const state = all([
      { ...session, tasks: [...session.tasks, { step: 'one', task: 'a', state: 'waiting', hints: [] }] },
      { type: 'task', task: { step: 'two', task: 'a', state: 'passed', hints: ['<p>look</p>'] } },
      { type: 'prediction', prediction: { id: 'order', choice: 'after' } },
    ]);
    expect(state.tasks.get('two/a')?.state).toBe('passed');
    expect(state.tasks.get('one/a')?.state).toBe('waiting');
    expect(state.predictions.get('order')).toEqual({ id: 'order', choice: 'after' });
  });

  it('keeps objects by uid, so that a Pod that takes over a name is another one', () => {
    const state = all([
      { type: 'objects', reset: true, upserts: [pod('1', 'kubia-0'), pod('2', 'kubia-1')], deletes: [] },
      { type: 'objects', reset: false, upserts: [pod('3', 'kubia-0')], deletes: ['1'] },
    ]);
    expect([...state.objects.keys()]).toEqual(['2', '3']);
    const reset = all([{ type: 'objects', reset: true, upserts: [], deletes: [] }], state);
    expect(reset.objects.size).toBe(0);
  });

  it('never changes a state it was given', () => {
    const before = all([session]);
    const tasks = before.tasks;
    all([{ type: 'task', task: { step: 'two', task: 'a', state: 'passed', hints: [] } }], before);
    expect(before.tasks).toBe(tasks);
    expect(tasks.get('two/a')?.state).toBe('waiting');
  });

  it('bounds the timeline', () => {
    const entry = { at: '2025-01-01T00:00:00Z', subject: 'Pod kubia-0', what: 'was created', tone: 'neutral' as const };
    const many = Array.from({ length: 900 }, (_, index) => ({ ...entry, subject: `Pod ${index}` }));
    const state = all([session, { type: 'timeline', entries: many }]);
    expect(state.timeline).toHaveLength(400);
    expect(state.timeline.at(-1)?.subject).toBe('Pod 899');
  });

  it('shows a repeated notice once and forgets dismissed ones', () => {
    let state = addNotice(emptySession('first'), 'info', 'kubia.yaml is there');
    state = addNotice(state, 'warning', 'not connected');
    state = addNotice(state, 'info', 'kubia.yaml is there');
    expect(state.notices.map((notice) => notice.text)).toEqual(['not connected', 'kubia.yaml is there']);
    const [first] = state.notices;
    expect(dismissNotice(state, first!.id).notices).toHaveLength(1);
  });

  it('remembers files the lesson wrote', () => {
    const state = all([session, { type: 'file', name: 'kubia.yaml', existed: true }]);
    expect(state.files.get('kubia.yaml')).toEqual({ existed: true });
  });
});
