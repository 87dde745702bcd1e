import { afterAll, describe, expect, it } from 'vitest';
import { makeRuntime, run, terminal } from './harness.ts';

/** What is expected was typed at bash 5.2, busybox 1.35 and dash 0.5.12, in a terminal. */

const { start, runtime } = makeRuntime();
afterAll(() => runtime.close());

interface Shell {
  readonly image: string;
  readonly command: readonly string[];
  readonly prompt: RegExp;
}

const bash: Shell = { image: 'debian:bookworm-slim', command: ['bash', '--norc'], prompt: /[#$] / };
const ash: Shell = { image: 'busybox:1.36', command: ['sh'], prompt: /# / };
const dash: Shell = { image: 'debian:bookworm-slim', command: ['sh'], prompt: /# / };

async function open({ image, command, prompt }: Shell) {
  const container = await start({ image });
  const session = terminal(container, [...command]);
  await session.until(prompt);
  /** What stands on the screen from there on, until the pattern does. */
  const says = async (typed: string, expected: RegExp) => {
    session.type(typed);
    return session.until(expected);
  };
  /** Until a command runs that was typed in the foreground. */
  const runs = (name: string) =>
    run(container, ['sh', '-c', `until ps -ef | grep -v grep | grep -q "${name}$"; do sleep 0.01; done`]);
  return { container, session, says, runs };
}

const text = (line: string) => line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const screen = (...lines: string[]) => new RegExp(lines.map(text).join('\r\n'));

describe('Ctrl-Z', () => {
  it.each([
    { name: 'bash', shell: bash, line: '\r\n[1]+  Stopped                 sleep 100' },
    { name: 'ash', shell: ash, line: '^Z[1]+  Stopped                    sleep 100' },
    { name: 'dash', shell: dash, line: '^Z[1] + Stopped                    sleep 100' },
  ])('stops what is in the foreground, as $name tells', async ({ shell, line }) => {
    const { session, says, runs } = await open(shell);
    session.type('sleep 100\r');
    await runs('sleep 100');
    await says('\x1a', screen(line));
    await says('echo code $?\r', screen('', 'code 148', ''));
    await says('jobs\r', screen('', line.replace(/^(\r\n|\^Z)/, ''), ''));
  });

  it('is of no use where no shell would notice', async () => {
    const container = await start({ image: ash.image });
    const session = terminal(container, ['sh', '-c', 'sleep 0.2; echo over']);
    session.type('\x1a');
    await session.until(/over\r\n/);
    expect((await session.done).exitCode).toBe(0);
  });

  it('ends a loop, and not what follows its command', async () => {
    const { session, says, runs } = await open(bash);
    session.type('for i in 1 2; do sleep 20; echo "round $i"; done\r');
    await runs('sleep 20');
    const seen = await says('\x1a', screen('[1]+  Stopped                 sleep 20'));
    expect(seen).not.toMatch(/\r\nround 1/);
    session.type('sleep 30; echo next\r');
    await runs('sleep 30');
    await says('\x1a', screen('[2]+  Stopped                 sleep 30', 'next'));
  });

  it('stops a subshell with all that it runs, and a pipe', async () => {
    const { container, session, says, runs } = await open(bash);
    session.type('(sleep 40; echo hi) | cat\r');
    await runs('sleep 40');
    await says('\x1a', /Stopped/);
    const { stdout: out } = await run(container, ['ps', '-o', 'stat=,args=']);
    expect(out).toMatch(/^T +sleep 40$/m);
    expect(out).toMatch(/^T +cat$/m);
  });
});

describe('a stopped job', () => {
  it('goes on in the background, and in the foreground', async () => {
    const { session, says, runs } = await open(bash);
    session.type('sleep 100\r');
    await runs('sleep 100');
    await says('\x1a', /Stopped/);
    session.type('sleep 200\r');
    await runs('sleep 200');
    await says('\x1a', screen('[2]+  Stopped                 sleep 200'));
    await says('bg %1\r', screen('', '[1]- sleep 100 &', ''));
    await says(
      'jobs\r',
      screen('', '[1]-  Running                 sleep 100 &', '[2]+  Stopped                 sleep 200', ''),
    );
    await says('fg %1\r', screen('', 'sleep 100', ''));
    await says('\x03', /\^C/);
    await says('jobs; echo listed\r', screen('', '[2]+  Stopped                 sleep 200', 'listed'));
  });

  it('does nothing until then, and all of it after', async () => {
    const { session, says, runs } = await open(bash);
    session.type('sh -c "until [ -e /tmp/go ]; do sleep 0.01; done; echo woke"\r');
    await runs('echo woke');
    await says('\x1a', /Stopped/);
    expect(await says('touch /tmp/go; sleep 0.1; echo waited\r', /\r\nwaited/)).not.toContain('\nwoke');
    await says('fg\r', /\r\nwoke\r\n/);
    expect(await says('jobs; echo listed\r', /\r\nlisted\r\n/)).not.toContain('sh -c');
  });

  it('is killed by SIGKILL at once, by others when it goes on; bash wakes it for that', async () => {
    const { container, says } = await open(ash);
    const { says: saysBash } = await open(bash);
    await says('sleep 60 &\r', /# /);
    await says('kill -STOP %1; kill %1; sleep 0.1; jobs\r', /Stopped \(signal\) +sleep 60/);
    await says('kill -CONT %1; sleep 0.1; jobs\r', /\[1\]\+ {2}Terminated {17}sleep 60/);
    await saysBash('sleep 60 &\r', /\[1\] \d+/);
    await saysBash('kill -STOP %1; kill %1; sleep 0.1; jobs\r', /\[1\]\+ {2}Terminated {14}sleep 60/);
    await says('sleep 70 &\r', /# /);
    await says('kill -STOP %1; kill -9 %1; sleep 0.1; jobs\r', /Killed +sleep 70/);
    expect((await run(container, ['sh', '-c', 'kill -STOP 1; echo still here'])).stdout).toBe('still here\n');
  });

  it('is one that reads the keyboard from the background', async () => {
    const { says } = await open(ash);
    await says('cat &\r', /# /);
    await says('sleep 0.1; jobs\r', /\[1\]\+ {2}Stopped \(tty input\) {8}cat/);
    await says('fg\r', /\r\ncat\r\n/);
    await says('typed\r', screen('typed', 'typed'));
    await says('\x04', /# /);
  });

  it('keeps its shell once from being left', async () => {
    const { container, session, says, runs } = await open(bash);
    session.type('sleep 100\r');
    await runs('sleep 100');
    await says('\x1a', /Stopped/);
    await says('exit\r', screen('exit', 'There are stopped jobs.'));
    await says('jobs\r', /Stopped +sleep 100/);
    session.type('\x04');
    await session.done;
    expect((await run(container, ['ps', '-ef'])).stdout).not.toContain('sleep 100');
  });

  it('ends with its shell, however that does', async () => {
    const { container, session, says, runs } = await open(bash);
    session.type('sleep 100 | cat\r');
    await runs('sleep 100');
    await says('\x1a', /Stopped/);
    session.hangUp();
    await session.done;
    expect((await run(container, ['ps', '-ef'])).stdout).not.toMatch(/sleep 100|cat$/m);
  });
});
