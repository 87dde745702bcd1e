import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertText } from '../../../src/cli/import/killercoda/text.ts';
import { convertVerify } from '../../../src/cli/import/killercoda/verify.ts';
import { loadLesson } from '../../../src/lessons/load.ts';
import { ordinal } from '../../integration/support/program.ts';
import { TemporaryFolder, tools } from '../../lessons/lesson-tools.ts';

const scenario = join(import.meta.dirname, 'scenario');

const text = (content: string, title?: string) => convertText({ file: 'text.md', content }, title);
const verify = (content: string) => convertVerify({ file: 'verify.sh', content });
const fence = '```';

describe('a text', () => {
  it.each([
    ['`ls`{{exec}}', `${fence}sh\nls\n${fence}`],
    [
      'Run `ls`{{exec}} and\n`pwd`{{execute}} now.\n\nThen.',
      `Run \`ls\` and\n\`pwd\` now.\n\n${fence}sh\nls\n${fence}\n\n${fence}sh\npwd\n${fence}\n\nThen.`,
    ],
    ['Note `pod-1`{{copy}}.', 'Note `pod-1`.'],
    [`${fence}\nls\npwd\n${fence}{{exec}}`, `${fence}sh\nls\npwd\n${fence}`],
    [`${fence}bash\nls\n${fence}{{copy}}`, `${fence}console\nls\n${fence}`],
    [`${fence}yaml\na: 1\n${fence}`, `${fence}yaml\na: 1\n${fence}`],
    [`${fence}bash\n# a\n## b\n${fence}{{exec}}`, `${fence}sh\n# a\n## b\n${fence}`],
    ['`ls`{{execute T2}}', `${fence}sh {terminal=2}\nls\n${fence}`],
    ['# One\n\n## Two\n\nThree\n=====', '### One\n\n### Two\n\n### Three'],
    ['a<br>\n<!-- b\n-->c', 'a\n\nc'],
    ['[a](http://a.test/b)', '[a](https://a.test/b)'],
  ])('%j becomes %j', (content, markdown) => {
    expect(text(content)).toEqual({ markdown, todos: [], pictures: [] });
  });

  it('does not say the title of its step once more', () => {
    expect(text('# Two Pods!\n\na', 'Two pods').markdown).toBe('a');
    expect(text('a\n\n# Two Pods', 'Two pods').markdown).toBe('a\n\n### Two Pods');
  });

  it.each([
    ['a\n`ls`{{exec interrupt}}', 2, /interrupt what runs/],
    ['at {{TRAFFIC_HOST1_80}}', 1, /TRAFFIC_HOST1_80 was an address/],
    [`${fence}\ncurl [[HOST_IP]]\n${fence}`, 1, /HOST_IP was an address/],
    ['`a.yaml`{{open}}', 1, /\{\{open\}\} did something with `a\.yaml`/],
    ['\n\n[a](b.md)', 3, /the link b\.md leads nowhere/],
    ['![](https://a.test/b.png)', 1, /is not the lesson's own/],
    ['a <b>c</b>', 1, /write Markdown for <b>/],
  ])('of %j is left to do', (content, line, message) => {
    expect(text(content).todos).toEqual([{ file: 'text.md', line, message: expect.stringMatching(message) }]);
  });
});

describe('a verify script', () => {
  it.each([
    ['kubectl get pod a', { object: 'pod/a' }],
    ['kubectl get sts/a >/dev/null 2>&1 || exit 1', { object: 'sts/a' }],
    ['if ! kubectl get pvc data -o name; then exit 1; fi', { object: 'pvc/data' }],
    ['kubectl rollout status deploy/a --timeout 10s', { object: 'deploy/a', assert: 'ready(object)' }],
    ['kubectl wait --for=condition=Ready pod/a', { object: 'pod/a', assert: 'condition(object, "Ready") == "True"' }],
    [
      '[ "$(kubectl get sts a -o jsonpath=\'{.spec.replicas}\')" -eq 3 ]',
      { object: 'sts/a', assert: 'object.spec.replicas == 3' },
    ],
    [
      'N=$(kubectl get cm a -o jsonpath=\'{.data.n}\')\n[[ "$N" == "3" ]] && exit 0\nexit 1',
      { object: 'cm/a', assert: 'object.data.n == "3"' },
    ],
    [
      'if [ "$(kubectl get sts a -o jsonpath=\'{.spec.replicas}\')" != "3" ]; then\n  exit 1\nfi',
      { object: 'sts/a', assert: 'object.spec.replicas == 3' },
    ],
    [
      "kubectl get pod a -o jsonpath='{.metadata.labels.app\\.kubernetes\\.io/name}' | grep -q web",
      { object: 'pod/a', assert: 'string(object.metadata.labels["app.kubernetes.io/name"]).contains("web")' },
    ],
    [
      "kubectl get pod a -o=jsonpath='{.spec.containers[0].image}' | grep nginx",
      { object: 'pod/a', assert: 'string(object.spec.containers[0].image).contains("nginx")' },
    ],
    [
      'kubectl get pods -l app=a | grep Running',
      { objects: 'pods app=a', assert: 'objects.exists(pod, pod.status.phase == "Running")' },
    ],
    [
      'kubectl get svc | grep web',
      { objects: 'svc', assert: 'objects.exists(each, each.metadata.name.contains("web"))' },
    ],
    [
      'kubectl exec a -c b -- cat /etc/x | grep -q y',
      { exec: { pod: 'a', container: 'b', command: ['cat', '/etc/x'] }, assert: 'result.stdout.contains("y")' },
    ],
    ['kubectl exec a -- test -f /x', { exec: { pod: 'a', command: ['test', '-f', '/x'] } }],
    ['curl localhost | grep a', undefined],
    ['kubectl get pods | grep -v Running', undefined],
    ['kubectl get pods --no-headers | wc -l | grep 3', undefined],
    ['test -f /root/a', undefined],
    ['if kubectl get pod a; then exit 1; fi', undefined],
  ])('%j asks %j', (script, check) => {
    const { tasks, todos } = verify(`#!/bin/bash\nset -e\n${script}\n`);
    expect(tasks.map((task) => task.check)).toEqual(check ? [check] : []);
    expect(todos.map(({ line }) => line)).toEqual(check ? [] : [3]);
  });
});

describe('ordinal import killercoda', () => {
  it('makes a lesson that loads, and lists what it could not carry over with its file and line', async () => {
    using folder = new TemporaryFolder();
    const { code, out, err } = await ordinal([
      'import',
      'killercoda',
      scenario,
      '--name',
      'pets',
      '--lessons',
      folder.path,
    ]);
    expect(err).toBe('');
    expect(code).toBe(0);
    const { lesson, problems } = loadLesson(folder.join('01-pets'), tools);
    expect(problems).toEqual([]);
    expect(lesson).toMatchObject({ title: 'Pets in a row', summary: 'A StatefulSet with two Pods, then three.' });
    expect(lesson?.images).toEqual(['ordinal/kubia:1']);
    expect(lesson?.files.map(({ name }) => name)).toEqual(['background.sh', 'kubia.yaml']);
    expect(lesson?.steps.map(({ id, tasks }) => [id, ...tasks.map((task) => task.id)])).toEqual([
      [
        'two-pods',
        'create-service-kubia',
        'have-statefulset-kubia-ready',
        'have-statefulset-kubia-as',
        'have-pods-with-app',
      ],
      ['scale-it', 'create-pod-kubia-2', 'have-statefulset-kubia-as'],
      ['look-around', 'done'],
      ['read-on', 'done'],
    ]);
    expect(
      lesson?.steps.map(({ actions }) => actions.map((action) => action.type === 'command' && action.text)),
    ).toEqual([
      [
        'kubectl create service clusterip kubia --clusterip=None --tcp=8080',
        'kubectl apply -f kubia.yaml\nkubectl rollout status statefulset/kubia',
      ],
      ['kubectl scale statefulset kubia --replicas=3'],
      ['kubectl exec kubia-0 -- ls /var/data'],
      [],
    ]);
    expect(lesson?.steps[0].markdown).toContain(':::hint Tip');
    expect(lesson?.steps.at(-1)?.markdown).toContain('That is all.');
    expect(existsSync(folder.join('01-pets/pictures/pets.svg'))).toBe(true);
    for (const [place, words] of [
      ['index.json:10', 'look/nowhere.md could not be read'],
      ['intro/background.sh:1', 'files/background.sh'],
      ['start.md:15', 'TRAFFIC_HOST1_80'],
      ['verify-start.sh:10', 'curl -s localhost:8080'],
      ['scale/text.md:6', 'what the picture ../pictures/pets.svg shows'],
      ['scale/verify.sh:2', 'the namespace default was left out'],
      ['look/verify.sh:2', '/root/.bash_history'],
    ]) {
      const line = out.split('\n').find((each) => each.includes(`TODO ${place}: `) && each.includes(words!));
      expect(line, place).toBeDefined();
      const [, file, at] = /^(.*):(\d+): TODO/.exec(line!)!;
      expect(readFileSync(file!, 'utf8').split('\n')[Number(at) - 1]).toContain(`# TODO ${place}: `);
    }
    const lint = await ordinal(['lint', '--lessons', folder.path]);
    expect(lint.out).toMatch(/1 lesson, 0 errors/);
  });

  it('says what is no scenario, and overwrites nothing', async () => {
    using folder = new TemporaryFolder().write({ 'a/index.json': '{"title": "A"}', 'b/text.md': '' });
    for (const [name, message] of [
      ['a', /index\.json is no scenario: details/],
      ['b', /There is no index\.json in/],
      ['c', /There is no folder/],
    ] as const) {
      const { code, err } = await ordinal(['import', 'killercoda', folder.join(name), '--lessons', folder.join('l')]);
      expect(err).toMatch(message);
      expect(code).toBe(2);
    }
    const args = ['import', 'killercoda', scenario, '--lessons', folder.join('l')];
    expect((await ordinal(args)).code).toBe(0);
    expect(await ordinal(args)).toMatchObject({ code: 2, err: expect.stringContaining('01-scenario already') });
  });

  it('reads nothing from outside of the scenario', async () => {
    using folder = new TemporaryFolder().write({
      'secret.md': 'secret',
      's/index.json': JSON.stringify({ title: 'A', details: { steps: [{ title: 'B', text: '../secret.md' }] } }),
    });
    const { out } = await ordinal(['import', 'killercoda', folder.join('s'), '--lessons', folder.join('l')]);
    expect(out).toContain('../secret.md could not be read');
    expect(readFileSync(folder.join('l/01-s/lesson.md'), 'utf8')).not.toContain('secret');
  });
});
