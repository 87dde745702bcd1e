// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of lessons' templates
import { beforeEach, describe, expect, it } from 'vitest';
import { compileSettlement } from '../../src/checks/compile.ts';
import { settle } from '../../src/checks/evaluate.ts';
import type { RawCheck } from '../../src/checks/schema.ts';
import { compiled, context, outcome, type Setting, scope, setting } from './check-tools.ts';
import { object, pod } from './fake-reader.ts';

let here: Setting;
beforeEach(() => {
  here = setting();
});

const ask = (raw: RawCheck) => outcome(raw, here);

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
