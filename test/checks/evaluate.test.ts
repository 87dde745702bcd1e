// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of lessons' templates
import { beforeEach, describe, expect, it } from 'vitest';
import { compileCheck, compileSettlement } from '../../src/checks/compile.ts';
import { evaluate, record, settle } from '../../src/checks/evaluate.ts';
import type { RawCheck } from '../../src/checks/schema.ts';
import { compiled, context, outcome, type Setting, scope, setting } from './check-tools.ts';
import { object, pod } from './fake-reader.ts';

let here: Setting;
beforeEach(() => {
  here = setting();
});

const ask = (raw: RawCheck) => outcome(raw, here);

describe('object', () => {
  it('waits for what does not exist, and says what there is', async () => {
    here.reader.put(object('service', 'kubja'));
    expect(await ask({ object: 'service/kubia' })).toEqual({
      state: 'waiting',
      evidence: { expected: 'Service kubia.', saw: 'Service kubia does not exist; there is kubja.' },
    });
  });

  it('holds, without an assertion, for what exists', async () => {
    here.reader.put(object('service', 'kubia', { spec: { clusterIP: 'None', ports: [{ port: 80 }] } }));
    const { state, evidence } = await ask({ object: 'svc/kubia' });
    expect(state).toBe('passed');
    expect(evidence.saw).toBe('Service kubia is headless, port 80, selects nothing, 0 ready endpoints.');
  });

  it("finds what has the session's namespace in its name", async () => {
    here.reader.put(object('pv', 'learn-1-shared'));
    expect(await ask({ object: 'pv/{{namespace}}-shared' })).toMatchObject({ state: 'passed' });
    expect((await ask({ object: 'pv/{{namespace}}-other' })).evidence).toEqual({
      expected: 'PersistentVolume learn-1-other.',
      saw: 'PersistentVolume learn-1-other does not exist; there is learn-1-shared.',
    });
  });

  it('shows the values of the first part that does not hold', async () => {
    const spec = { clusterIP: '10.96.7.1', ports: [{ port: 80 }], selector: { app: 'kubia' } };
    here.reader.put(object('service', 'kubia', { spec }));
    const assert = 'object.spec.ports[0].port == 80 && object.spec.clusterIP == "None"';
    expect((await ask({ object: 'service/kubia', assert })).evidence).toEqual({
      expected: 'Service kubia: spec.ports[0].port == 80, and spec.clusterIP == "None".',
      saw: 'Service kubia has the address 10.96.7.1, port 80, selects app=kubia, 0 ready endpoints; spec.clusterIP is "10.96.7.1".',
    });
  });

  it('lets the cluster say why a StatefulSet is not ready', async () => {
    const message = '0/3 nodes are available: 3 Insufficient cpu.';
    here.reader.put(
      object('statefulset', 'kubia', { spec: { replicas: 2 }, status: { replicas: 2, readyReplicas: 1 } }),
      pod('kubia-0', { ready: true, owner: 'StatefulSet/kubia' }),
      pod('kubia-1', {
        owner: 'StatefulSet/kubia',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      }),
    );
    const { state, evidence } = await ask({ object: 'sts/kubia', assert: 'ready(object)' });
    expect(state).toBe('waiting');
    expect(evidence.saw).toBe(`StatefulSet kubia: 1 of 2 replicas ready; Pod kubia-1 is Pending: ${message}`);
  });

  it('has failed where waiting does not help', async () => {
    here.reader.put(
      object('statefulset', 'kubia', { spec: { replicas: 1 }, status: { replicas: 1 } }),
      pod('kubia-0', {
        owner: 'StatefulSet/kubia',
        waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "kubja"' },
      }),
    );
    const { state, evidence } = await ask({ object: 'sts/kubia', assert: 'ready(object)' });
    expect(state).toBe('failed');
    expect(evidence.saw).toContain('container kubia is waiting, ImagePullBackOff: Back-off pulling image "kubja"');
  });

  it('names a field that is not set', async () => {
    here.reader.put(object('statefulset', 'kubia'));
    const { evidence } = await ask({ object: 'sts/kubia', assert: 'object.status.currentRevision != ""' });
    expect(evidence.saw).toContain('status.currentRevision is not set');
  });

  it('does not blame the learner for an assertion that does not fit', async () => {
    here.reader.put(object('statefulset', 'kubia', { spec: { replicas: 2 } }));
    const { state, evidence } = await ask({ object: 'sts/kubia', assert: 'object.spec.replicas + "a" == "2a"' });
    expect(state).toBe('unknown');
    expect(evidence.saw).toContain('The check cannot be evaluated');
  });
});

describe('objects', () => {
  it('describes those for which all() does not hold', async () => {
    here.reader.put(pod('kubia-0', { ready: true }), pod('kubia-1', { phase: 'Running' }), pod('web', { labels: {} }));
    const assert = 'size(objects) == 2 && objects.all(p, ready(p))';
    const { state, evidence } = await ask({ objects: 'pods app=kubia', assert });
    expect(state).toBe('waiting');
    expect(evidence.saw).toBe('Pod kubia-1 is running but not ready.');
  });

  it('counts', async () => {
    here.reader.put(pod('kubia-0'));
    const { evidence } = await ask({ objects: { kind: 'pods', selector: 'app=kubia' }, assert: 'objects.size() == 2' });
    expect(evidence.saw).toBe('1 Pod with app=kubia: kubia-0; objects.size() is 1.');
  });

  it('wants at least one, without an assertion', async () => {
    expect((await ask({ objects: 'pvc' })).state).toBe('waiting');
    here.reader.put(object('pvc', 'data-kubia-0'));
    expect((await ask({ objects: 'pvc' })).state).toBe('passed');
  });
});

describe('absent', () => {
  const raw = { object: 'pod/kubia-1', absent: true } as const;

  it('never holds of what was not there before', async () => {
    const { state, evidence } = await ask(raw);
    expect(state).toBe('waiting');
    expect(evidence.saw).toBe('It is not there, and has not been there before either.');
  });

  it('holds once it was there and is gone', async () => {
    const check = compiled(raw);
    const [recording] = check.recordings;
    expect(await record(recording!, context(here))).toBeUndefined();
    here.reader.put(pod('kubia-1', { ready: true }));
    here.memory.values.set(recording!.key, await record(recording!, context(here)));
    expect(await evaluate(check, context(here))).toMatchObject({
      state: 'waiting',
      evidence: { expected: 'Pod kubia-1 is gone.', saw: 'Pod kubia-1 is ready.' },
    });
    here.reader.remove('pod/kubia-1');
    expect((await evaluate(check, context(here))).state).toBe('passed');
  });
});

describe('before and after', () => {
  const raw = {
    object: 'pod/kubia-0',
    before: 'object.metadata.uid',
    assert: 'before != after && ready(object)',
  } as const;

  it('compares with the value from when the step was opened', async () => {
    const check = compiled(raw);
    const recording = check.recordings[0]!;
    here.reader.put(pod('kubia-0', { ready: true, uid: 'first' }));
    expect((await evaluate(check, context(here))).evidence.saw).toContain('has not been seen yet');
    here.memory.values.set(recording.key, await record(recording, context(here)));
    expect((await evaluate(check, context(here))).evidence.saw).toBe(
      'Pod kubia-0 is ready; metadata.uid is as before.',
    );
    here.reader.put(pod('kubia-0', { ready: true, uid: 'second' }));
    expect((await evaluate(check, context(here))).state).toBe('passed');
  });

  it('asks no probe for a value that stands by itself', async () => {
    const [recording] = compiled({
      dns: 'kubia',
      before: 'get("service/kubia").metadata.uid',
      assert: 'before != after',
    }).recordings;
    expect(recording?.inputs).toMatchObject({ kinds: ['services'], probes: false });
    expect(await record(recording!, context(here))).toBeUndefined();
    here.reader.put(object('service', 'kubia'));
    expect(await record(recording!, context(here))).toBe('uid-service-kubia');
  });

  it('keeps nothing before its moment, nor what is not there', async () => {
    const [recording] = compiled({ ...raw, before: { value: 'object.metadata.uid', since: 'two/later' } }).recordings;
    here.reader.put(pod('kubia-0', { uid: 'first' }));
    expect(await record(recording!, context(here))).toBeUndefined();
    here.memory.passed.set('two/later', 5);
    expect(await record(recording!, context(here))).toBe('first');
    here.reader.remove('pod/kubia-0');
    expect(await record(recording!, context(here))).toBeUndefined();
  });
});

describe('follows', () => {
  it('waits for the task that comes first', async () => {
    const raw = { object: 'statefulset/kubia', follows: 'other' };
    here.reader.put(object('statefulset', 'kubia'));
    const { state, evidence } = await ask(raw);
    expect([state, evidence.saw]).toEqual(['waiting', 'First comes another task: Do the other.']);
    here.memory.passed.set('one/other', 1);
    expect((await ask(raw)).state).toBe('passed');
  });
});

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

describe('ready()', () => {
  it.each([
    ['a Pod of which nothing is known yet', object('pod', 'a'), false],
    ['a Pod that is Ready', pod('a', { ready: true }), true],
    ['a Pod that is Ready and going', pod('a', { ready: true, deleting: true }), false],
    ['a Node without conditions', object('node', 'a'), false],
    ['a ConfigMap', object('configmap', 'a'), true],
    ['a Bound claim', object('pvc', 'a', { status: { phase: 'Bound' } }), true],
    ['a Pending claim', object('pvc', 'a', { status: { phase: 'Pending' } }), false],
    ['a StatefulSet without a status', object('sts', 'a', { spec: { replicas: 1 } }), false],
    [
      'a StatefulSet that scales down',
      object('sts', 'a', { spec: { replicas: 1 }, status: { replicas: 2, readyReplicas: 1 } }),
      false,
    ],
    [
      'a StatefulSet whose newest generation nobody has seen',
      object('sts', 'a', {
        metadata: { generation: 2 },
        spec: { replicas: 1 },
        status: { observedGeneration: 1, replicas: 1, readyReplicas: 1 },
      }),
      false,
    ],
    ['a StatefulSet of no Pods', object('sts', 'a', { spec: { replicas: 0 }, status: {} }), true],
    ['a Job', object('job', 'a', { status: { conditions: [{ type: 'Complete', status: 'True' }] } }), true],
  ])('%s: %#', async (_, given, expected) => {
    here.reader.put(given);
    const name = `${given.kind}/a`;
    expect((await ask({ object: name, assert: 'ready(object)' })).state === 'passed').toBe(expected);
  });
});

describe('explanations', () => {
  const raw: RawCheck = {
    object: 'statefulset/kubia',
    assert: 'ready(object)',
    why: 'Because.',
    try: 'kubectl get pods',
    explain: [
      {
        id: 'deployment',
        when: 'object == null && exists("deployment/kubia")',
        saw: 'a Deployment kubia in {{namespace}}',
        try: 'delete it',
      },
      { id: 'scaled', when: 'object.spec.replicas != 2', saw: '${object.spec.replicas} replicas', state: 'waiting' },
    ],
  };

  it('the first that applies is told, the rest is computed', async () => {
    here.reader.put(object('deployment', 'kubia'));
    expect(await ask(raw)).toEqual({
      state: 'failed',
      explanation: 'deployment',
      evidence: {
        expected: 'StatefulSet kubia: ready.',
        saw: 'a Deployment kubia in learn-1',
        why: 'Because.',
        try: 'delete it',
      },
    });
    here.reader.put(object('statefulset', 'kubia', { spec: { replicas: 3 } }));
    expect(await ask(raw)).toMatchObject({ state: 'waiting', explanation: 'scaled', evidence: { saw: '3 replicas' } });
  });

  it('are not told where the check holds', async () => {
    here.reader.put(
      object('statefulset', 'kubia', { spec: { replicas: 1 }, status: { replicas: 1, readyReplicas: 1 } }),
    );
    const { state, explanation, evidence } = await ask(raw);
    expect([state, explanation, evidence.saw]).toEqual([
      'passed',
      undefined,
      'StatefulSet kubia: 1 of 1 replicas ready.',
    ]);
  });
});

describe('ran()', () => {
  it('tells of commands since the step was opened', async () => {
    const raw: RawCheck = {
      object: 'pod/kubia-0',
      explain: [{ id: 'other', when: 'ran("/delete pod kubia-1/")' }, { id: 'nothing' }],
    };
    here.transcript.ran('kubectl delete pod kubia-1');
    here.memory.opened.set('one', here.transcript.commands[0]!.startedAt + 1);
    expect((await ask(raw)).explanation).toBe('nothing');
    here.transcript.ran('kubectl  delete \\\n  pod kubia-1', '', 1);
    expect((await ask(raw)).explanation).toBe('other');
    expect(compiled(raw).inputs.terminal).toBe(true);
  });
});

describe('predictions', () => {
  it('are settled by the cluster, once the task has passed', async () => {
    const { value } = compileSettlement(
      {
        object: 'pod/kubia-0',
        before: 'object.metadata.uid',
        settle: 'other',
        options: { same: 'before == after', new: 'before != after' },
        observed: 'The UID was ${before} and is ${after}.',
      },
      'uid',
      scope,
    );
    here.reader.put(pod('kubia-0', { uid: 'second' }));
    here.memory.values.set(value!.recordings[0]!.key, 'first');
    expect(await settle(value!, context(here))).toBeUndefined();
    here.memory.passed.set('one/other', 1);
    expect(await settle(value!, context(here))).toEqual({
      choice: 'new',
      observed: 'The UID was first and is second.',
    });
  });
});

describe('inputs', () => {
  it('name everything that decides the outcome or its words', () => {
    const { inputs } = compiled({
      object: 'sts/kubia',
      assert: 'ready(object)',
      explain: [{ id: 'a', when: 'exists("svc/kubia")', saw: '${get("node/a").metadata.name}' }],
    });
    expect(new Set(inputs.kinds)).toEqual(new Set(['statefulsets', 'pods', 'events', 'services', 'nodes']));
    expect(compiled({ terminal: 'ls' }).inputs).toEqual({ kinds: [], histories: [], terminal: true, probes: false });
    expect(compiled({ http: 'pod/a' }).inputs.probes).toBe(true);
    expect(compiled({ history: 'po', assert: 'history.created() == []' }).inputs.histories).toEqual(['pods']);
  });
});

describe('what is written wrong is said, all of it, with its place', () => {
  it.each([
    [{}, [], 'asks nothing: write one of object, objects'],
    [{ object: 'pod/a', http: 'pod/a' }, ['http'], 'asks object and http: one question a task'],
    [{ object: 'kubia' }, ['object'], '"kubia" names no object: write kind/name'],
    [{ object: 'statefulst/kubia' }, ['object'], '"statefulst" is no kind: did you mean statefulset?'],
    [{ http: 'kubia/' }, ['http'], 'write pod/kubia-0:8080/path'],
    [{ terminal: '/(a/' }, ['terminal'], 'does not compile: missing closing )'],
    [{ terminal: '/a(?=b)/' }, ['terminal'], 'no look-around'],
    [{ terminal: { command: 'kubectl proxy', exit: 'running' } }, ['terminal'], 'every command is running at first'],
    [{ terminal: '/[ab]*a[ab]{900}/' }, ['terminal'], 'too large'],
    [
      { terminal: { command: 'a', since: 'taks' } },
      ['terminal', 'since'],
      'there is no task taks: did you mean one/task?',
    ],
    [{ object: 'pod/a', follows: 'othr' }, ['follows'], 'there is no task othr: did you mean one/other?'],
    [{ object: 'pod/a', follows: 'task' }, ['follows'], 'is the task itself'],
    [{ object: 'pod/a', after: 'object' }, ['after'], 'goes with before'],
    [{ object: 'pod/a', before: 'object.metadata.uid' }, ['before'], 'is compared with nothing'],
    [{ object: 'pod/a', absent: true, assert: 'true' }, ['assert'], 'of what is absent nothing can be asserted'],
    [{ object: 'pod/a', assert: ['true', 'redy(object)'] }, ['assert', 1], 'did you mean ready()?'],
    [{ object: 'pod/a', explain: [{ id: 'a' }, { id: 'b' }] }, ['explain', 1], 'is never told: a above it has no when'],
    [
      {
        object: 'pod/a',
        explain: [
          { id: 'a', when: 'ready(object)' },
          { id: 'b', when: 'ready(object) ' },
        ],
      },
      ['explain', 1, 'when'],
      'the same condition',
    ],
    [
      { object: 'pod/a', explain: [{ id: 'a', saw: 'x ${objct}' }] },
      ['explain', 0, 'saw'],
      'there is no variable objct',
    ],
  ] as [RawCheck, (string | number)[], string][])('%j', (raw, path, message) => {
    const { value, problems } = compileCheck(raw, 'task', scope);
    expect(value).toBeUndefined();
    expect(problems).toContainEqual(expect.objectContaining({ path, message: expect.stringContaining(message) }));
  });
});
