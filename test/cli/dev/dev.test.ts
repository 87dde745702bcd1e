import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { nearestLessons } from '../../../src/cli/dev/nearest-lessons.ts';
import { exitCode, kubectlPath, lineOf, program, withoutKubectl } from '../../integration/support/program.ts';
import { TemporaryFolder } from '../../lessons/lesson-tools.ts';
import { LessonsFolder } from '../lesson.ts';

let running: ChildProcess | undefined;
let lessons: LessonsFolder | undefined;
let data: TemporaryFolder | undefined;

afterEach(async () => {
  if (running?.exitCode === null) {
    running.kill('SIGKILL');
    await exitCode(running);
  }
  running = undefined;
  lessons?.remove();
  data?.[Symbol.dispose]();
});

async function start(): Promise<{ child: ChildProcess; folder: string }> {
  lessons = new LessonsFolder();
  data = new TemporaryFolder();
  const child = spawn(process.execPath, [
    program,
    'dev',
    '--no-open',
    '--port',
    '0',
    '--data',
    data.path,
    '--lessons',
    lessons.path,
  ]);
  running = child;
  // Each line that is waited for listens for the process's end as well.
  child.setMaxListeners(100);
  await lineOf(child, /Type "help"/);
  return { child, folder: lessons.path };
}

/** Types a line, and resolves with the first line after it that matches. */
function ask(child: ChildProcess, line: string, answer: RegExp): Promise<RegExpExecArray> {
  const found = lineOf(child, answer);
  child.stdin!.write(`${line}\n`);
  return found;
}

describe.skipIf(!kubectlPath)(`ordinal dev${withoutKubectl}`, () => {
  it('tries expressions, checks and tasks against the cluster', async () => {
    const { child } = await start();
    await ask(child, 'exists("configmap/pet")', /^(check> )?false$/);
    await ask(child, 'size(list("nodes"))', /^(check> )?3$/);
    await ask(child, 'configmap/pet', /null/);
    await ask(child, 'storageclass/standard object.provisioner == "no"', /saw +StorageClass standard/);
    await ask(
      child,
      'storageclass/standard object.parameters.nothing',
      /To ask whether there is one: has\(object\.parameters\.nothing\)/,
    );
    await ask(child, '{objects: nodes, assert: size(objects) == 3}', /^(check> )?passed$/);
    await ask(child, 'made', /^(check> )?waiting$/);
    await ask(child, 'make/made', /try +Run the command of this step\./);
    await ask(child, 'tasks', /^ {2}waiting +make\/made$/);
  });

  it('says what is wrong with a question', async () => {
    const { child } = await start();
    await ask(child, 'ready(objekt)', /there is no variable objekt here/);
    await ask(child, '{objekt: configmap/pet}', /has no objekt: did you mean object\?/);
    await ask(child, '{object: configmap/pet, assert: object.data.name = 1}', /assert: /);
    await ask(child, 'lesson 02-pet', /There is no lesson 02-pet: did you mean 01-pet\?/);
  });

  it('reads a lesson anew when it is saved, and says what is wrong with it', async () => {
    const { child, folder } = await start();
    const checks = (assert: string) => `steps:
  make:
    tasks:
      - id: here
        title: Have a StorageClass
        object: storageclass/standard
        assert: ${assert}
`;
    const wrong = lineOf(child, /^(check> )?01-pet\/checks\.yaml:7:\d+: /);
    writeFileSync(`${folder}/01-pet/checks.yaml`, checks('object.provisioner = 1'));
    await wrong;
    const warned = lineOf(child, /01-pet\/checks\.yaml:4:9: nothing proves that task here can fail/);
    writeFileSync(`${folder}/01-pet/checks.yaml`, checks('object.provisioner != ""'));
    await warned;
    await ask(child, 'make/here', /^(check> )?passed$/);
  });

  it('goes on serving when nobody types any more, and stops when it is asked to', async () => {
    const { child } = await start();
    const answered = lineOf(child, /^(check> )?true$/);
    child.stdin!.end('exists("storageclass/standard")\n');
    await answered;
    child.kill('SIGTERM');
    expect(await exitCode(child)).toBe(0);
  });
});

it('finds the lessons of a course from its folder, and from the folder of the lessons', () => {
  using folder = new TemporaryFolder().write({ 'course/lessons/01-a/lesson.md': '' });
  expect(nearestLessons(folder.join('course'))).toBe(folder.join('course/lessons'));
  expect(nearestLessons(folder.join('course/lessons'))).toBe(folder.join('course/lessons'));
  expect(nearestLessons(folder.path)).toMatch(/lessons$/);
});
