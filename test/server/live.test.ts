import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { catalogue, lessonPage } from '../../src/protocol/lesson.ts';
import { serverMessage } from '../../src/protocol/live.ts';
import { terminalServerMessage } from '../../src/protocol/terminal.ts';
import { type Client, Fixture } from './fixture.ts';

let fixture: Fixture;
let cookie: string;
beforeEach(async () => {
  fixture = await Fixture.start();
  cookie = await fixture.signIn();
});
afterEach(() => fixture.stop());

const lesson = '/api/live/01-two-replicas';

function task(client: Client, name: string, state: string) {
  return client.until(
    (message) => message.type === 'task' && message.task.task === name && message.task.state === state && message.task,
  );
}

describe('the API', () => {
  it('lists lessons and gives a page, as the protocol has them', async () => {
    const listed = catalogue.parse(JSON.parse((await fixture.request('/api/catalogue', { headers: { cookie } })).body));
    expect(listed.lessons).toMatchObject([
      { id: '01-two-replicas', steps: 2, stepsPassed: 0, started: false, missing: [] },
    ]);
    const { body } = await fixture.request('/api/lessons/01-two-replicas', { headers: { cookie } });
    const page = lessonPage.parse(JSON.parse(body));
    expect(page).toMatchObject({ namespace: 'two-replicas', steps: [{ id: 'apply' }, { id: 'scale' }] });
    expect(page.steps[0]!.tasks).toEqual([
      { id: 'two', title: 'Create the StatefulSet', hints: 3 },
      { id: 'reads', title: 'Read it', hints: 3 },
    ]);
    expect((await fixture.request('/api/lessons/none', { headers: { cookie } })).status).toBe(404);
  });
});

describe('a lesson in a browser', () => {
  it('is told everything at first, then what changes', async () => {
    fixture.api.put('pods', 'kubia-0', { metadata: { managedFields: [{ manager: 'x' }] } });
    const client = await fixture.open(lesson, cookie);
    const session = await client.type('session');
    expect(session).toMatchObject({ lesson: '01-two-replicas', namespace: 'two-replicas', step: 'apply' });
    expect(session.terminals).toEqual([{ id: expect.any(String), title: 'bash' }]);
    const objects = await client.type('objects');
    expect(objects).toMatchObject({ reset: true, upserts: [{ kind: 'Pod', metadata: { name: 'kubia-0' } }] });
    expect(objects.upserts[0]!.metadata).not.toHaveProperty('managedFields');
    expect(await client.type('cluster')).toEqual({
      type: 'cluster',
      state: 'ready',
      provider: 'fake',
      version: 'v1.33.0',
    });
    fixture.api.put('statefulsets', 'kubia', { spec: { replicas: 2 } });
    const passed = await task(client, 'two', 'passed');
    expect(passed).toMatchObject({ passedAt: expect.any(String), evidence: { expected: expect.any(String) } });
    await client.until(
      (message) =>
        message.type === 'objects' && !message.reset && message.upserts.some(({ kind }) => kind === 'StatefulSet'),
    );
    const entry = await client.until((message) => message.type === 'timeline' && message.entries[0]);
    expect(entry).toMatchObject({ subject: 'StatefulSet kubia', what: 'was created' });
    for (const message of client.messages) expect(serverMessage.parse(message)).toEqual(message);
    const listed = catalogue.parse(JSON.parse((await fixture.request('/api/catalogue', { headers: { cookie } })).body));
    expect(listed.lessons[0]).toMatchObject({ started: true, stepsPassed: 0 });
  });

  it('prepares namespace, files and a kubeconfig of its own', async () => {
    const client = await fixture.open(lesson, cookie);
    await client.type('session');
    expect([...fixture.api.namespaces]).toEqual(['two-replicas']);
    const folder = join(fixture.folder, 'sessions/01-two-replicas');
    expect(readFileSync(join(folder, 'work/notes.txt'), 'utf8')).toBe('in two-replicas\n');
    expect(readFileSync(join(folder, 'kubeconfig'), 'utf8')).toContain('namespace: two-replicas');
    expect(statSync(join(folder, 'kubeconfig')).mode & 0o777).toBe(0o600);
    const { options } = fixture.ptys[0]!;
    expect(options.cwd).toBe(join(folder, 'work'));
    expect(options.env.KUBECONFIG).toBe(join(folder, 'kubeconfig'));
    expect(options.env.PATH).toMatch(/^\/the\/kubectl:/);
  });

  it('shows hints as HTML, and the same in two tabs', async () => {
    const one = await fixture.open(lesson, cookie);
    const two = await fixture.open(lesson, cookie);
    await one.type('session');
    await two.type('session');
    one.send({ type: 'hint', step: 'apply', task: 'two' });
    for (const client of [one, two]) {
      const hints = await client.until(
        (message) => message.type === 'task' && message.task.hints.length > 0 && message.task.hints,
      );
      expect(hints).toEqual(['<em>Look.</em>']);
    }
    one.send({ type: 'step', step: 'scale' });
    expect(await two.type('step')).toEqual({ type: 'step', step: 'scale' });
    one.send({ type: 'predict', id: 'which', choice: 'newest' });
    expect(await two.type('prediction')).toEqual({ type: 'prediction', prediction: { id: 'which', choice: 'newest' } });
    expect(one.messages.some(({ type }) => type === 'step')).toBe(false);
    const three = await fixture.open(lesson, cookie);
    expect(await three.type('session')).toMatchObject({
      step: 'scale',
      predictions: [{ id: 'which', choice: 'newest' }],
    });
  });

  it('writes files of the step and types its commands, and nothing else', async () => {
    const client = await fixture.open(lesson, cookie);
    const { terminals } = await client.type('session');
    client.send({ type: 'write-file', step: 'apply', name: 'kubia.yaml' });
    expect(await client.type('file')).toEqual({ type: 'file', name: 'kubia.yaml', existed: false });
    expect(readFileSync(join(fixture.folder, 'sessions/01-two-replicas/work/kubia.yaml'), 'utf8')).toBe(
      'kind: StatefulSet\n',
    );
    client.send({ type: 'write-file', step: 'apply', name: '../../../evil' });
    expect((await client.type('notice')).text).toContain('no file ../../../evil');
    expect(existsSync(join(fixture.folder, 'evil'))).toBe(false);
    const { options, typed } = fixture.ptys[0]!;
    expect(typed).toBe('');
    const nonce = options.env.ORDINAL_SHELL_NONCE;
    options.onData(`\x1b]133;A;aid=${nonce}\x07$ \x1b]133;B;aid=${nonce}\x07`);
    const shell = await fixture.open(`/api/terminals/${terminals[0]!.id}`, cookie);
    client.send({
      type: 'run',
      terminal: terminals[0]!.id,
      step: 'apply',
      command: 'kubectl apply -f kubia.yaml\n',
      elsewhere: false,
    });
    await new Promise<void>((resolve) => {
      const original = fixture.ptys[0]!;
      let value = original.typed;
      Object.defineProperty(original, 'typed', {
        get: () => value,
        set: (next: string) => {
          value = next;
          if (next.includes('\r')) resolve();
        },
      });
      if (value.includes('\r')) resolve();
    });
    expect(fixture.ptys[0]!.typed).toBe('kubectl apply -f kubia.yaml\r');
    options.onData(`\x1b]633;E;kubectl apply;${nonce}\x07\x1b]133;C;aid=${nonce}\x07working`);
    await client.until((message) => message.type === 'terminals' && message.terminals[0]!.title === 'kubectl apply');
    client.send({
      type: 'run',
      terminal: terminals[0]!.id,
      step: 'apply',
      command: 'kubectl apply -f kubia.yaml',
      elsewhere: false,
    });
    await client.until((message) => message.type === 'notice' && message.text.includes('still running'));
    client.send({
      type: 'run',
      terminal: terminals[0]!.id,
      step: 'apply',
      command: 'kubectl apply -f kubia.yaml',
      elsewhere: true,
    });
    const { terminal } = await client.type('front');
    expect(terminal).not.toBe(terminals[0]!.id);
    shell.socket.close();
  });

  it('opens and closes terminals', async () => {
    const client = await fixture.open(lesson, cookie);
    const { terminals } = await client.type('session');
    client.send({ type: 'open-terminal' });
    const two = await client.until(
      (message) => message.type === 'terminals' && message.terminals.length === 2 && message.terminals,
    );
    const shell = await fixture.open(`/api/terminals/${two[1]!.id}`, cookie);
    fixture.ptys[1]!.options.onData('hello größe');
    await shell.untilState(() => shell.bytes.includes('größe') || JSON.stringify(shell.messages).includes('größe'));
    shell.send({ type: 'input', data: 'ls\r' });
    shell.send({ type: 'resize', columns: 100, rows: 40 });
    const other = await fixture.open(`/api/terminals/${two[1]!.id}`, cookie);
    const replay = terminalServerMessage.parse(await other.untilState(() => other.messages[0]));
    expect(replay).toMatchObject({
      type: 'replay',
      data: expect.stringContaining('hello größe'),
      columns: 100,
      rows: 40,
    });
    expect(fixture.ptys[1]!.typed).toBe('ls\r');
    fixture.ptys[1]!.options.onExit(3);
    await shell.untilState(() => shell.messages.find((message) => (message.type as string) === 'exit'));
    client.send({ type: 'close-terminal', terminal: two[1]!.id });
    await client.until(
      (message) =>
        message.type === 'terminals' && message.terminals.length === 1 && message.terminals[0]!.id === terminals[0]!.id,
    );
    expect(await fixture.upgrade(`/api/terminals/${two[1]!.id}`, { cookie, origin: fixture.origin })).toBe(404);
  });

  it('starts over', async () => {
    const client = await fixture.open(lesson, cookie);
    await client.type('session');
    fixture.api.put('statefulsets', 'kubia', { spec: { replicas: 2 } });
    await task(client, 'two', 'passed');
    const work = join(fixture.folder, 'sessions/01-two-replicas/work');
    writeFileSync(join(work, 'mine.txt'), 'x');
    client.send({ type: 'reset' });
    const session = await client.until(
      (message) =>
        message.type === 'session' && message !== client.messages.find(({ type }) => type === 'session') && message,
    );
    expect(session.tasks.map(({ state }) => state)).not.toContain('passed');
    expect(session.timeline).toEqual([]);
    expect(existsSync(join(work, 'mine.txt'))).toBe(false);
    expect(existsSync(join(work, 'notes.txt'))).toBe(true);
    expect(fixture.api.requests).toContain('DELETE /api/v1/namespaces/two-replicas');
  });

  it('waits for a cluster that starts, and says what keeps it from starting', async () => {
    fixture.setStatus({ state: 'starting', provider: 'fake', message: 'pulling' });
    const client = await fixture.open(lesson, cookie);
    expect(await client.type('cluster')).toMatchObject({ state: 'starting', message: 'pulling' });
    fixture.setStatus({ state: 'failed', provider: 'fake', message: 'Docker is not running' });
    await client.until((message) => message.type === 'cluster' && message.state === 'failed');
    expect(client.messages.some(({ type }) => type === 'session')).toBe(false);
    fixture.setStatus({ state: 'ready', provider: 'fake' });
    await client.type('session');
  });

  it('fetches the page again and goes on when its source has changed', async () => {
    const client = await fixture.open(lesson, cookie);
    await client.type('session');
    fixture.api.put('statefulsets', 'kubia', { spec: { replicas: 2 } });
    await task(client, 'two', 'passed');
    await fixture.server.lessonChanged('01-two-replicas');
    await client.type('reload');
    const last = client.messages.findLast(({ type }) => type === 'session') as {
      tasks: { task: string; state: string }[];
    };
    expect(last.tasks.find((each) => each.task === 'two')).toMatchObject({ state: 'passed' });
    expect(fixture.ptys).toHaveLength(1);
  });

  it('is told of the end when the server stops', async () => {
    const client = await fixture.open(lesson, cookie);
    await client.type('session');
    await fixture.server.stop();
    expect([1001, 1006]).toContain(await client.closed);
    expect(client.socket.readyState).toBe(WebSocket.CLOSED);
  });
});
