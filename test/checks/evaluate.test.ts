// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of lessons' templates
import { beforeEach, describe, expect, it } from 'vitest';
import { evaluate, record } from '../../src/checks/evaluate.ts';
import type { RawCheck } from '../../src/checks/schema.ts';
import { compiled, context, outcome, type Setting, setting } from './check-tools.ts';
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
