import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RealClock } from '../../src/embedded/clock.ts';
import { createTools, loadLesson } from '../../src/lessons/load.ts';
import { Places } from '../../src/progress/rehearsal/places.ts';
import type { AttemptResult, RehearsalResult } from '../../src/progress/rehearsal/result.ts';
import { rehearse } from '../../src/progress/rehearse.ts';
import { loadNodePty } from '../../src/terminal/node-pty.ts';
import { installIntegration } from '../../src/terminal/shell.ts';
import { FakeApi } from '../clusters/fake-api.ts';

/** Lessons rehearsed in a real bash, with a kubectl that knows two commands and a cluster that does as it is told. */

const text = `---
title: Try
summary: A StatefulSet, scaled.
minutes: 5
objectives: [Scale]
---

## Make {#make}

\`\`\`yaml file=kubia.yaml
replicas: 2
\`\`\`

\`\`\`sh
kubectl put "$(cat kubia.yaml)"
\`\`\`

## Scale {#scale}

:::predict {#how}
How many?

- One {#one}
- Two {#two}
:::

\`\`\`sh {background}
kubectl proxy
\`\`\`

\`\`\`sh
kubectl put "replicas: 1" # in {{namespace}}
\`\`\`

\`\`\`sh {expect-failure}
kubectl fail
\`\`\`
`;

const checks = `
steps:
  make:
    tasks:
      - id: two
        title: Two
        object: statefulset/kubia
        assert: object.spec.replicas == 2
        explain:
          - id: three
            when: object.spec.replicas == 3
        wrong:
          - name: three of them
            run: "sed s/2/3/ kubia.yaml > three.yaml; kubectl put \\"$(cat three.yaml)\\""
            explain: three
  scale:
    tasks:
      - id: one
        title: One
        object: statefulset/kubia
        assert: object.spec.replicas == 1
      - id: typed
        title: Typed
        terminal: { command: /kubectl put/, since: step }
    alternatives:
      - name: in two goes
        run: "kubectl put 'replicas: 0'\\nkubectl put 'replicas: 1'"
    predictions:
      how:
        settle: one
        object: statefulset/kubia
        options:
          one: object.spec.replicas == 1
          two: object.spec.replicas == 2
        observed: "\${object.spec.replicas} Pods."
`;

let api: FakeApi;
let folder: string;
beforeEach(async () => {
  api = await FakeApi.start();
  folder = mkdtempSync(join(tmpdir(), 'ordinal-rehearse-'));
  api.writeKubeconfig(join(folder, 'config'));
  installIntegration(join(folder, 'integration'));
  api.answers.set('/-/put', (request, response) => {
    const replicas = Number(/replicas:[ +]*(\d)/.exec(decodeURIComponent(request.url!))?.[1]);
    api.put('statefulsets', 'kubia', { spec: { replicas }, status: { replicas, readyReplicas: replicas } });
    response.end();
  });
  mkdirSync(join(folder, 'bin'));
  const kubectl = `#!${process.execPath}
    const [command, ...rest] = process.argv.slice(2);
    if (command === 'put') fetch('http://127.0.0.1:${api.port}/-/put?' + encodeURIComponent(rest.join(' '))).then(() => console.log('put'));
    else if (command === 'proxy') { console.log('Starting to serve'); setInterval(() => {}, 1000); }
    else { console.error('error: unknown command "' + command + '"'); process.exitCode = 1; }
  `;
  writeFileSync(join(folder, 'bin/kubectl'), kubectl);
  chmodSync(join(folder, 'bin/kubectl'), 0o755);
});
afterEach(async () => {
  await api.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

type Kind = AttemptResult['kind'];

/** @param kinds attempts to make; all when empty */
async function run(
  changes: { text?: [string, string]; checks?: [string, string] } = {},
  ...kinds: Kind[]
): Promise<RehearsalResult> {
  const lessons = join(folder, 'lessons/01-try');
  mkdirSync(lessons, { recursive: true });
  writeFileSync(join(lessons, 'lesson.md'), changes.text ? text.replace(...changes.text) : text);
  writeFileSync(join(lessons, 'checks.yaml'), changes.checks ? checks.replace(...changes.checks) : checks);
  const { lesson, problems } = loadLesson(lessons, createTools());
  if (!lesson) throw new Error(JSON.stringify(problems));
  return rehearse({
    lesson,
    places: new Places([{ kubeconfig: join(folder, 'config'), env: { PATH: process.env.PATH } }]),
    kubectlFolder: join(folder, 'bin'),
    folder: join(folder, 'scratch'),
    home: join(folder, 'home'),
    integration: join(folder, 'integration'),
    clock: new RealClock(),
    spawn: await loadNodePty(),
    platform: process.platform,
    proberImage: 'dig:1',
    signal: new AbortController().signal,
    limits: { tasks: 1500, patience: 300, quiet: 50 },
    select: ({ kind }) => kinds.length === 0 || kinds.includes(kind),
  });
}

function failures(result: RehearsalResult): AttemptResult[] {
  return result.attempts.filter(({ passed }) => !passed);
}

describe('rehearse', () => {
  it('passes a lesson that keeps its promises, and shows what it did', async () => {
    const result = await run();
    expect(
      failures(result).map(({ kind, name, problems, transcript }) => ({ kind, name, problems, transcript })),
    ).toEqual([]);
    expect(result.attempts.map(({ kind, name }) => `${kind}: ${name}`)).toEqual([
      'solution: every step, one after the other',
      'empty: nothing holds on an empty cluster',
      'wrong: three of them',
      'alternative: in two goes',
    ]);
    const [solution] = result.attempts;
    expect(solution!.transcript.map((command) => [command.text, command.exitCode])).toEqual([
      ['kubectl put "$(cat kubia.yaml)"', 0],
      ['kubectl proxy --port=0', undefined],
      ['kubectl put "replicas: 1" # in rehearse-01-try-0', 0],
      ['kubectl fail', 1],
    ]);
    // Nothing is left running, and no namespace.
    expect([...api.namespaces]).toEqual([]);
  });

  it('reports a command that is broken, with what it printed', async () => {
    const result = await run({ text: ['kubectl put "replicas: 1"', 'kubectl putt "replicas: 1"'] }, 'solution');
    const [solution] = failures(result);
    expect(solution).toMatchObject({ kind: 'solution', problems: [{ step: 'scale' }] });
    expect(solution!.problems[0]!.message).toMatch(/kubectl putt[\s\S]*exit code 1[\s\S]*unknown command "putt"/);
    expect(solution!.objects!.map(({ metadata }) => metadata.name)).toEqual(['kubia']);
    expect(solution!.transcript.at(-1)!.text).toContain('kubectl putt');
  });

  it('reports a command the shell cannot read', async () => {
    const result = await run({ text: ['kubectl put "replicas: 1" #', 'kubectl put ) #'] }, 'solution');
    expect(failures(result)[0]!.problems[0]!.message).toMatch(/did not run[\s\S]*syntax error/);
  });

  it('reports a command that was to fail and did not', async () => {
    const result = await run({ text: ['kubectl fail', 'kubectl put "replicas: 1"'] }, 'solution');
    expect(failures(result)[0]!.problems[0]!.message).toMatch(/is meant to fail/);
  });

  it('reports a task that holds before anything was done, and on an empty cluster', async () => {
    const vacuous = await run(
      {
        checks: [
          `object: statefulset/kubia
        assert: object.spec.replicas == 2
        explain:
          - id: three
            when: object.spec.replicas == 3`,
          `objects: pods
        assert: objects.all(pod, pod.metadata.name == "x")
        explain:
          - id: three`,
        ],
      },
      'solution',
      'empty',
    );
    const messages = failures(vacuous).flatMap(({ problems }) => problems.map(({ message }) => message));
    expect(messages).toEqual(
      expect.arrayContaining([
        'task two of step make passes before anything has been done for it',
        'task two of step make passes on an empty cluster, where nothing has been done',
      ]),
    );
  });

  it('reports a task that does not pass, with its evidence', async () => {
    const result = await run({ checks: ['object.spec.replicas == 1\n', 'object.spec.replicas == 7\n'] }, 'solution');
    expect(failures(result)[0]!.problems[0]).toMatchObject({
      step: 'scale',
      task: 'one',
      message: expect.stringContaining('does not pass after its commands'),
      evidence: { saw: expect.any(String) },
    });
  });

  it('reports a wrong attempt that passes, or is not explained as it says', async () => {
    const right = await run({ checks: ['sed s/2/3/', 'sed s/2/2/'] }, 'wrong');
    expect(failures(right)[0]!.problems[0]!.message).toMatch(/is wrong, and task two passes all the same/);
    const other = await run({ checks: ['sed s/2/3/', 'sed s/2/4/'] }, 'wrong');
    expect(failures(other)[0]!.problems[0]!.message).toMatch(/is to be explained by three, but no explanation applies/);
  });

  it('reports an alternative that does not do, and a prediction that nothing settles', async () => {
    const alternative = await run(
      { checks: ["kubectl put 'replicas: 1'", "kubectl put 'replicas: 6'"] },
      'alternative',
    );
    expect(failures(alternative)).toMatchObject([{ kind: 'alternative', step: 'scale', name: 'in two goes' }]);
    const prediction = await run(
      { checks: ['one: object.spec.replicas == 1', 'one: object.spec.replicas == 8'] },
      'solution',
    );
    expect(failures(prediction)[0]!.problems[0]!.message).toMatch(/prediction how of step scale is not settled/);
  });
});
