// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of lessons' templates
import { beforeEach, describe, expect, it } from 'vitest';
import type { RawCheck } from '../../src/checks/schema.ts';
import { outcome, type Setting, setting } from './check-tools.ts';
import { pod } from './fake-reader.ts';

let here: Setting;
beforeEach(() => {
  here = setting();
});

const ask = (raw: RawCheck) => outcome(raw, here);

describe('terminal', () => {
  it('says which command was the last when none matches', async () => {
    here.transcript.ran('kubectl get pods');
    const { state, evidence } = await ask({ terminal: '/kubectl scale/' });
    expect(state).toBe('waiting');
    expect(evidence.saw).toBe('No such command yet; the last one was `kubectl get pods`.');
  });

  it('has failed with the last line of a command that failed', async () => {
    here.transcript.ran('kubectl  scale sts/kubja --replicas=3', 'a line\nError from server (NotFound)\n', 1);
    const { state, evidence } = await ask({ terminal: 'kubectl scale' });
    expect(state).toBe('failed');
    expect(evidence.saw).toBe(
      '`kubectl scale sts/kubja --replicas=3` ended with exit code 1: Error from server (NotFound).',
    );
  });

  it('holds if any of the commands is right, whatever came after', async () => {
    here.transcript.ran('kubectl scale sts/kubia --replicas=3').ran('kubectl scale sts/kubia --replicas=x', 'error', 1);
    expect((await ask({ terminal: 'kubectl scale', assert: 'command.text.contains("=3")' })).state).toBe('passed');
  });

  it('looks at output, and at commands that go on', async () => {
    here.transcript.ran('curl localhost:8001', 'Connection refused', 7).ran('kubectl proxy', 'Starting', 'running');
    const running = { terminal: { command: 'kubectl proxy', exit: 'running', output: 'Starting' } } as const;
    expect((await ask(running)).state).toBe('passed');
    expect((await ask({ terminal: { ...running.terminal, output: 'Serving' } })).state).toBe('waiting');
    expect((await ask({ terminal: 'kubectl proxy' })).evidence.saw).toBe('`kubectl proxy` is still running.');
    expect((await ask({ terminal: { command: 'curl', exit: 'any', output: '/refused/i' } })).state).toBe('passed');
    expect((await ask({ terminal: { command: 'curl', exit: 'any', output: 'hit' } })).state).toBe('waiting');
  });

  it('leaves out what was run before its moment', async () => {
    const raw = { terminal: { command: 'curl', since: 'other' } };
    here.transcript.ran('curl one');
    expect((await ask(raw)).state).toBe('waiting');
    here.memory.passed.set('one/other', here.transcript.commands[0]!.startedAt + 1);
    expect((await ask(raw)).state).toBe('waiting');
    here.transcript.ran('curl two');
    expect((await ask(raw)).state).toBe('passed');
  });
});

describe('what cannot be watched', () => {
  it('http, through the proxy', async () => {
    const raw = { http: 'pod/kubia-0:8080/', assert: 'response.body.contains("Hey")' };
    expect((await ask(raw)).evidence.saw).toBe('connection refused.');
    here.reader.answers.http = ({ target, path }) => ({
      status: 200,
      headers: {},
      body: `${JSON.stringify(target)} ${path} Hey`,
    });
    expect(await ask(raw)).toMatchObject({
      state: 'passed',
      evidence: { saw: 'Pod kubia-0 on port 8080 answered 200: {"pod":"kubia-0","port":"8080"} / Hey.' },
    });
  });

  it('http, as JSON', async () => {
    here.reader.answers.http = () => ({ status: 200, headers: {}, body: '{"leader": "mehdb-0", "keys": 3}' });
    const assert = 'response.json.leader == "mehdb-0" && response.json.keys == 3';
    expect((await ask({ http: { service: 'mehdb' }, assert })).state).toBe('passed');
  });

  it('http without an assertion wants success', async () => {
    here.reader.answers.http = () => ({ status: 503, headers: {}, body: 'no endpoints available' });
    const { state, evidence } = await ask({ http: 'service/kubia' });
    expect(state).toBe('waiting');
    expect(evidence.saw).toBe('Service kubia answered 503: no endpoints available.');
  });

  it('exec', async () => {
    here.reader.answers.exec = ({ command }) => ({
      exitCode: 0,
      stdout: `${command.join('|')} says hello\n`,
      stderr: '',
    });
    const raw = {
      exec: { pod: 'kubia-0', command: 'cat /var/data/kubia.txt' },
      assert: 'result.stdout.contains("hello")',
    };
    expect((await ask(raw)).state).toBe('passed');
    here.reader.answers.exec = () => ({
      exitCode: 1,
      stdout: '',
      stderr: 'cat: /var/data/kubia.txt: No such file or directory\n',
    });
    expect((await ask(raw)).evidence.saw).toContain(
      '`cat /var/data/kubia.txt` in Pod kubia-0 ended with exit code 1 and printed: cat: /var/data/kubia.txt: No such file',
    );
  });

  it("dns, in the session's namespace", async () => {
    const names: string[] = [];
    here.reader.answers.dns = ({ name, type }) => {
      names.push(`${name} ${type}`);
      return { status: 'NOERROR', records: ['0 50 8080 kubia-0.kubia.learn-1.svc.cluster.local.'] };
    };
    const raw = { dns: { name: 'kubia.{{namespace}}.svc.cluster.local', type: 'SRV' } } as const;
    expect((await ask(raw)).state).toBe('passed');
    expect(names).toEqual(['kubia.learn-1.svc.cluster.local SRV']);
    here.reader.answers.dns = () => ({ status: 'NXDOMAIN', records: [] });
    const { state, evidence } = await ask(raw);
    expect(state).toBe('waiting');
    expect(evidence.saw).toBe('kubia.learn-1.svc.cluster.local (SRV): NXDOMAIN, no records.');
  });
});

describe('history', () => {
  const raw = { history: 'pods', assert: 'history.ready("kubia-0") < history.created("kubia-1")' };
  const zero = (options = {}) => pod('kubia-0', { uid: 'zero', ...options });

  it('waits for what has not happened', async () => {
    here.reader.put(zero());
    expect(await ask(raw)).toMatchObject({
      state: 'waiting',
      evidence: { saw: 'Pod kubia-0 has not become ready yet.' },
    });
  });

  it('holds for the right order and has failed for the wrong one', async () => {
    here.reader.put(zero(), zero({ ready: true }), pod('kubia-1'));
    expect((await ask(raw)).state).toBe('passed');
    here = setting();
    here.reader.put(zero(), pod('kubia-1'), zero({ ready: true }));
    const { state, evidence } = await ask(raw);
    expect(state).toBe('failed');
    expect(evidence.saw).toMatch(/kubia-1 created 12:00:01, then kubia-0 ready 12:00:02/);
  });

  it('speaks of the newest Pod of a name, so that it can be done again', async () => {
    here.reader
      .put(zero(), pod('kubia-1'), zero({ ready: true }))
      .remove('pod/kubia-1')
      .put(pod('kubia-1'));
    expect((await ask(raw)).state).toBe('passed');
    const deleted = 'history.deleted() == ["kubia-1"] && history.terminating("kubia-0") > 0';
    expect((await ask({ history: 'pods', assert: deleted })).evidence.saw).toBe(
      'Pod kubia-0 has not been deleted yet.',
    );
  });

  it('does not know the order of what a list found', async () => {
    here.reader.find(zero({ ready: true }), pod('kubia-1'));
    expect((await ask(raw)).state).toBe('unknown');
    here.reader.remove('pod/kubia-1').put(pod('kubia-1'));
    expect((await ask(raw)).state).toBe('passed');
  });

  it('does not know what happened in a gap where entries are looked at', async () => {
    const entries = { history: 'pods', assert: 'entries.exists(e, e.name == "kubia-0" && e.type == "added")' };
    here.reader.put(zero());
    expect((await ask(entries)).state).toBe('passed');
    here.reader.gap('pods');
    expect((await ask(entries)).state).toBe('unknown');
  });
});
