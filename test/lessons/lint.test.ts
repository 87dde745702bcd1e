import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reviewScript } from '../../src/lessons/lint/commands.ts';
import { createKubectlTable } from '../../src/lessons/lint/kubectl-flags.ts';
import { lint } from '../../src/lessons/lint/lint.ts';
import type { LintOptions } from '../../src/lessons/lint/report.ts';
import { lessonFolders } from '../../src/lessons/load.ts';
import { formatProblem } from '../../src/lessons/problem.ts';
import { checks, lessonFolder, TemporaryFolder, text, tools } from './lesson-tools.ts';

function problems(files: Readonly<Record<string, string>>, options?: LintOptions): string[] {
  using folder = lessonFolder(files);
  return lint(folder.path, tools, options).map((problem) => `${problem.severity} ${formatProblem(problem)}`);
}

const block = (content: string, info = 'sh') => ({
  'lesson.md': text.replace('```sh\nkubectl get pods\n', `\`\`\`${info}\n${content}\n`),
});
const wrongRun = (content: string) => ({ 'checks.yaml': checks.replace('run: kubectl get pods', content) });

it('finds nothing wrong with a lesson that is right', () => {
  expect(problems({}, { lacksImage: () => undefined })).toEqual([]);
});

describe("the product's own lessons", () => {
  const root = resolve(import.meta.dirname, '../../lessons');
  it.each(lessonFolders(root).map((folder) => [folder.slice(root.length + 1), folder]))('%s', (_, folder) => {
    expect(lint(folder, tools).map(formatProblem)).toEqual([]);
  });
});

describe('each thing that is wrong is found, at its place', () => {
  it.each([
    [
      { 'lesson.md': `${text}\n## Two {#two}\n` },
      'error lesson.md:19:1: nothing checks the step "Two": give two tasks',
    ],
    [
      { 'lesson.md': text.replace('Text.', '[a](#tow)') },
      'error lesson.md:13:5: "#tow" leads nowhere: the steps are one',
    ],
    [{ 'lesson.md': text.replace('Text.', '[a](javascript:x)') }, 'error lesson.md:13:5: "javascript:x" is no link'],
    [
      { 'lesson.md': text.replace('Text.', '[a](http://a.test)') },
      'warning lesson.md:13:5: "http://a.test" is not encrypted',
    ],
    [
      { 'lesson.md': text.replace('Text.', '[a](../99-none/lesson.md)') },
      'error lesson.md:13:5: there is no lesson 99-none beside',
    ],
    [
      { 'lesson.md': text.replace('Text.', '![a](pictures/a.svg)') },
      'error lesson.md:13:6: there is no pictures/a.svg',
    ],
    [
      { 'lesson.md': text.replace('Text.', '![](https://a.test/a.png)') },
      'error lesson.md:13:5: "https://a.test/a.png" is no picture of this lesson',
    ],
    [
      { 'lesson.md': text.replace('Text.', '![](a.svg)'), 'a.svg': '' },
      'error lesson.md:13:5: the picture a.svg says nothing',
    ],
    [
      { 'lesson.md': text.replace('Text.', 'In {{ns}}.') },
      'error lesson.md:13:4: "{{ns}}" stands for nothing: there is {{namespace}}',
    ],
    [block('kubectl get pods -n {{ns}}'), 'error lesson.md:16:21: "{{ns}}" stands for nothing'],
    [block('echo a\nkubectl gte pods'), 'error lesson.md:17:9: kubectl has no command gte: did you mean get?'],
    [
      block('kubectl rollout stats sts/a'),
      'error lesson.md:16:17: kubectl rollout has no command stats: did you mean status?',
    ],
    [block('kubectl get pods --watc'), 'error lesson.md:16:18: kubectl get has no flag --watc: did you mean --watch?'],
    [block('kubectl get statefulsts'), 'error lesson.md:16:13: "statefulsts" is no kind: did you mean statefulsets?'],
    [
      block('a | kubectl scale sts/a --replica=1'),
      'error lesson.md:16:25: kubectl scale has no flag --replica: did you mean --replicas?',
    ],
    [block('kubectl delete pod a -n default'), 'error lesson.md:16:22: a session is not in the namespace default'],
    [block('curl x/namespaces/default/pods'), 'error lesson.md:16:8: a session is not in the namespace default'],
    [block('kubectl get pods -n shop'), 'warning lesson.md:16:18: the namespace shop is written out'],
    [
      block('kubectl proxy'),
      'error lesson.md:16:1: kubectl proxy does not end by itself: write sh {terminal=2 background}',
    ],
    [block('kubectl get pods -w'), 'error lesson.md:16:1: kubectl get does not end by itself'],
    [block('kubectl apply -f kubia.yaml'), 'error lesson.md:16:18: nothing has written kubia.yaml by now'],
    [block('kubectl run a --image=busybox'), 'error lesson.md:16:15: the image busybox has no tag'],
    [
      block('kubectl run a --image=busybox:1.36'),
      'warning lesson.md:16:15: the image busybox:1.36 is not in the front matter',
    ],
    [block('ls', 'sh {terminl=2}'), 'error lesson.md:15:1: a block has no terminl'],
    [block('image: nginx', 'yaml file=a.yaml'), 'error lesson.md:16:1: the image nginx has no tag'],
    [block('a: b: c', 'yaml file=a.yaml'), 'error lesson.md:16:4: Nested mappings'],
    [
      block('metadata:\n  namespace: default', 'yaml file=a.yaml'),
      'error lesson.md:17:3: the namespace default is written out',
    ],
    [{ 'files/a.yaml': 'image: nginx\n' }, 'error files/a.yaml:1:1: the image nginx has no tag'],
    [{ 'files/a.sh': '# as: b: c\nkubectl gte pods\n' }, 'error files/a.sh:2:9: kubectl has no command gte'],
    [wrongRun('run: kubectl gte pods'), 'error checks.yaml:13:26: kubectl has no command gte'],
    [
      wrongRun('run: |\n              ls\n              kubectl gte pods'),
      'error checks.yaml:15:23: kubectl has no command gte',
    ],
    [wrongRun('run: [ls, {run: kubectl proxy}]'), 'error checks.yaml:13:29: kubectl proxy does not end by itself'],
    [
      { 'checks.yaml': checks.replace('hints: [one, two, three]', 'hints: [one]') },
      'warning checks.yaml:10:16: task task has 1 hints',
    ],
    [
      { 'checks.yaml': checks.slice(0, checks.indexOf('        wrong:')) },
      'warning checks.yaml:4:9: nothing proves that task task can fail',
    ],
    [
      { 'checks.yaml': checks.replace('object: pod', `try: ${'x'.repeat(201)}\n        object: pod`) },
      'warning checks.yaml:6:14: "xxxx',
    ],
    [
      { 'lesson.md': text.replace('Text.', 'See\n[a](https://kubernetes) it.') },
      'error lesson.md:14:5: "https://kubernetes" is no address',
    ],
    [{ 'lesson.md': text.replace('Text.', '[a](https://…)') }, 'error lesson.md:13:1: "https://'],
    [block('echo "a'), 'error lesson.md:16:6: no shell can read this: unexpected EOF'],
    [block('for i in 1 2; do echo $i'), 'error lesson.md:16:24: no shell can read this: Expected DONE'],
    [block('ls\nkubectl get pods |'), 'error lesson.md:17:18: nothing comes after |'],
    [wrongRun('run: "kubectl get pods $(ls"'), 'error checks.yaml:13:39: no shell can read this'],
    [
      { 'checks.yaml': checks.replace('one, two, three', '"[a](#tow)", "{{name}}", two') },
      'error checks.yaml:10:22: "#tow" leads nowhere',
    ],
    [
      { 'checks.yaml': checks.replace('one, two, three', '"[a](#one)", "{{name}}", two') },
      'error checks.yaml:10:31: "{{name}}" stands for nothing',
    ],
    [
      {
        'checks.yaml': checks.replace(
          '[one, two, three]',
          '\n          - a\n          - b\n          - |\n            ```sh\n            kubectl gte pods\n            ```',
        ),
      },
      'error checks.yaml:15:21: kubectl has no command gte',
    ],
    [
      { 'checks.yaml': checks.replace('one, two, three', 'one, two, one') },
      'warning checks.yaml:10:27: says what a hint above it has said',
    ],
    [
      {
        'checks.yaml': checks.replace(
          'object: pod/kubia-0',
          'object: pod/kubia-0\n        assert: object.spec.nodeName',
        ),
      },
      'warning checks.yaml:7:17: object.spec.nodeName is a value, not a question: write has(object.spec.nodeName)',
    ],
    [
      {
        'checks.yaml': checks.replace(
          '        hints:',
          '          - id: more\n            when: exists("pod/a") && object == null\n        hints:',
        ),
      },
      'warning checks.yaml:11:19: is never told: whenever this applies, nothing above it applies as well',
    ],
    [
      {
        'checks.yaml': checks
          .replace('object: pod/kubia-0', 'object: pod/kubia-0\n        assert: ready(object)')
          .replace('when: object == null', 'when: ready(object)'),
      },
      'warning checks.yaml:10:19: is never told: it asks for what the task asserts',
    ],
  ] as [Record<string, string>, string][])('%#: %j', (files, message) => {
    expect(problems(files).map((problem) => problem.slice(0, message.length))).toContain(message);
  });

  it('steps without tasks, but not those whose task has a mistake', () => {
    const broken = { 'checks.yaml': checks.replace('when: object == null', 'when: objekt == null') };
    expect(problems(broken)).toEqual([expect.stringContaining('there is no variable objekt here')]);
    expect(problems({ 'checks.yaml': checks.replace('object: pod', 'objekt: pod') }).join()).not.toContain(
      'nothing checks',
    );
    expect(problems({ 'checks.yaml': 'steps:\n  one:\n    tasks: []\n' })).toEqual([
      'error lesson.md:11:1: nothing checks the step "One": give one tasks in checks.yaml',
    ]);
  });

  it('questions that nothing settles, of steps without checks too', () => {
    const question = '\n:::predict {#why}\nWhy?\n\n- A {#a}\n- B {#b}\n:::\n';
    for (const [body, place] of [
      [text.replace('Text.', question), '14:1'],
      [`${text}\n## Two {#two}\n${question}`, '21:1'],
    ] as const) {
      expect(problems({ 'lesson.md': body })).toContainEqual(
        expect.stringContaining(`error lesson.md:${place}: nothing settles the question why`),
      );
    }
  });

  it('steps of other lessons that are not there', () => {
    using folder = new TemporaryFolder().write({
      '01-a/lesson.md': text.replace('Text.', '[a](../02-b/lesson.md#two) and\n[b](../02-b/lesson.md#one).'),
      '01-a/checks.yaml': checks,
      '02-b/lesson.md': text,
    });
    expect(lint(folder.join('01-a'), tools).map(formatProblem)).toEqual([
      'lesson.md:13:5: "../02-b/lesson.md#two" leads nowhere: the steps of 02-b are one',
    ]);
  });

  it('images that a provider lacks, and those that are there although they are to be missing', () => {
    const lacksImage = (image: string) =>
      image === 'ordinal/kubia:1' ? 'the embedded cluster has no kubia' : undefined;
    expect(problems({}, { lacksImage })).toEqual(['error lesson.md:8:5: the embedded cluster has no kubia']);
    const files = { 'lesson.md': text.replace('images:', 'missingImages:\n  - busybox:1.36\nimages:') };
    expect(problems(files, { lacksImage })[0]).toBe(
      'error lesson.md:8:5: busybox:1.36 is there, so its Pod would not fail: name another one',
    );
  });

  it('says what keeps a lesson from loading as well', () => {
    expect(problems({ 'checks.yaml': 'steps: [' }).length).toBeGreaterThan(0);
    expect(problems({ 'lesson.md': '' })[0]).toContain('error lesson.md:1:1: begins with front matter');
  });
});

describe('commands that are right are left alone', () => {
  const table = createKubectlTable();
  it.each([
    'kubectl get sts,svc,pvc -l app=kubia -o wide --show-labels',
    'kubectl -n kube-system get po',
    'kubectl --namespace=kube-system logs -f deploy/coredns &',
    'kubectl exec -it kubia-0 -c kubia -- bash -c "ls --all /var"',
    'kubectl scale sts/kubia --replicas 3',
    'kubectl get pods -oyaml',
    'kubectl get pods -o=jsonpath="{.items[*].metadata.name}"',
    'kubectl delete pod kubia-0 --grace-period=0 --force --now',
    'kubectl wait --for=condition=Ready pod/kubia-0 --timeout=60s',
    'kubectl create secret generic a --from-literal=a=b',
    'kubectl create svc clusterip a --tcp=80',
    'kubectl rollout undo sts/kubia --to-revision=1',
    'kubectl explain statefulset.spec.ordinals',
    'kubectl get deployments.apps,widgets.example.com all',
    'kubectl get pods $(cat names) --selector "$SELECTOR"',
    'kubectl run -it --rm dns --image=busybox:1.36 --restart=Never -- nslookup kubia',
    'kubectl label pods --all a=b --overwrite',
    'kubectl apply --dry-run=server -f - <<EOF',
    'for i in 1 2; do kubectl get pod kubia-$i; done',
    'KUBECONFIG=a kubectl version --client',
    'kubectl taint nodes worker a=b:NoSchedule',
    'kubectl set image sts/kubia kubia=ordinal/kubia:2',
    'kubectl config view --minify',
    'kubectl patch sts kubia -p \'{"spec":{"replicas":3}}\'',
    'kubectl cp kubia-0:/var/data/kubia.txt kubia.txt',
    'kubectl --help',
  ])('%s', (script) => {
    expect(reviewScript(script, table).complaints).toEqual([]);
  });
});

it('reads paths of a lesson relative to its folder', () => {
  using folder = lessonFolder();
  expect(lint(join(folder.path, '.'), tools)).toEqual([]);
});
