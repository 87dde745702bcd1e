import { Writable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { Account, Scheduler } from '../../../src/embedded/containers/process/scheduler.ts';
import type { Container } from '../../../src/embedded/containers/runtime.ts';
import { bash, makeRuntime, run } from './harness.ts';

const { start, runtime } = makeRuntime(undefined, { budget: { burst: 300, share: 0.25 } });
afterAll(() => runtime.close());

const { signal } = new AbortController();
const discard = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Runs a script whose output nobody wants. */
async function misbehave(container: Container, script: string): Promise<number> {
  return (await container.exec(['bash', '-c', script], { stdout: discard(), tty: false, signal })).exitCode;
}

describe('a runaway container', () => {
  it.each([
    ['an endless loop', 'while :; do :; done'],
    ['an endless function', 'f() { f; }; f'],
    ['a pipe that never ends', 'yes | cat > /dev/null'],
    ['endless output', 'yes'],
    ['an endless file of nothing', 'cat /dev/zero > /dev/null'],
    ['braces', 'echo {1..1000000000}'],
    ['braces multiplied', 'echo {1..1000}{1..1000}{1..1000}'],
    ['a doubling variable', 'a=x; while :; do a=$a$a; done'],
    ['a growing array', 'i=0; while :; do a[i++]=$(printf %10000s); done'],
    ['a captured flood', 'x=$(cat /dev/zero)'],
    ['a pattern', `x=$(printf %20000s | tr " " a); echo \${x//*a*a*a*a*b/y} > /dev/null; false`],
    ['a regular expression', '[[ $(printf %3000s | tr " " a) =~ ^(a+)+(a+)+$b ]]; false'],
    ['a file that fills the disk', 'head -c 1G /dev/zero > /tmp/big'],
    ['a deep expression', 'echo $(( $(printf "(%.0s" {1..5000}) ))'],
    ['an endless exponent', 'echo $((3 ** 999999999999999999)); false'],
    ['a greedy read', 'read x < /dev/zero'],
  ])('is stopped, or fails, and lives on: %s', async (_, script) => {
    const container = await start({ image: 'debian:bookworm-slim' });
    expect(await misbehave(container, script)).not.toBe(0);
    expect((await run(container, ['echo', 'alive'])).stdout).toBe('alive\n');
    container.remove();
  });

  it('is stopped: a fork bomb', async () => {
    const container = await start({ image: 'debian:bookworm-slim' });
    await misbehave(container, ':(){ :|:& };:; sleep 0.2');
    const crowd = async () => (await container.files.readdir('/proc')).filter((name) => /^\d+$/.test(name)).length;
    expect(await crowd()).toBeLessThanOrEqual(512);
    while ((await crowd()) > 1) await new Promise((resolve) => setImmediate(resolve));
    expect((await run(container, ['echo', 'alive'])).stdout).toBe('alive\n');
    container.remove();
  });

  it('leaves turns to its neighbours', async () => {
    const [busy, calm] = [await start({ image: 'debian:bookworm-slim' }), await start()];
    const stopped = misbehave(busy, 'for i in {1..50}; do while :; do :; done & done; wait; false');
    for (let round = 0; round < 10; round++) {
      expect((await run(calm, ['echo', 'still here'])).stdout).toBe('still here\n');
    }
    expect(await stopped).not.toBe(0);
    busy.remove();
  });

  it('ends a tool that computes without end', async () => {
    const container = await start({ image: 'debian:bookworm-slim' });
    const endless = run(container, ['timeout', '1', 'awk', 'BEGIN { while (1) x++ }']);
    expect((await endless).code).not.toBe(0);
    expect((await bash(container, 'echo b | sed s/b/c/')).stdout).toBe('c\n');
    container.remove();
  });

  it('is killed for memory at its limit, and says so', async () => {
    const command = ['stress', '--vm', '1', '--vm-bytes', '250M'];
    const container = await start({ image: 'polinux/stress', command, limits: { memoryBytes: 100 * 1024 * 1024 } });
    expect(await container.exited).toMatchObject({ code: 137, oomKilled: true });
  });

  it('sees nothing of the machine', async () => {
    const container = await start({ image: 'debian:bookworm-slim', env: { ONLY: 'mine' } });
    const { stdout } = await bash(
      container,
      'cat /proc/self/environ | tr "\\0" "\\n"; ls /proc; cat /proc/mounts; ls / /root /home; ' +
        "awk 'BEGIN { for (k in ENVIRON) print k }'; jq -n '[constructor.constructor]'; jq -n env; echo /proc/*/cmdline",
    );
    expect(stdout).toContain('ONLY=mine');
    for (const secret of [process.env.PATH!, process.cwd(), process.version, 'node_modules']) {
      expect(stdout).not.toContain(secret);
    }
    expect(stdout).not.toMatch(/function|native code/);
    const injected = await bash(container, `echo \${constructor.constructor}`);
    expect(injected.stdout).toBe('');
  });
});

describe('Scheduler', () => {
  it('gives containers turns in a ring, however many processes each has', async () => {
    let now = 0;
    const scheduler = new Scheduler({ slice: 1, watch: () => now++ * 2 });
    const [crowd, single] = [new Account(), new Account()];
    const order: string[] = [];
    const work = async (account: Account, name: string) => {
      for (let round = 0; round < 3; round++) {
        await scheduler.turn(account);
        order.push(name);
      }
    };
    await Promise.all([...Array.from({ length: 6 }, () => work(crowd, 'crowd')), work(single, 'single')]);
    expect(order.lastIndexOf('single')).toBeLessThan(order.length / 2);
  });

  it('puts down to a container what it computed, not what the machine did for others meanwhile', () => {
    const at = { now: 0, computed: 0, passed: 0 };
    const scheduler = new Scheduler({ slice: 1, watch: () => at.now, processor: () => at });
    const account = new Account({ burst: 100, share: 0.25 });
    scheduler.turn(account);
    // For a second other programs had the processor, and for a while after that this one.
    Object.assign(at, { now: 1004, computed: 4, passed: 4 });
    scheduler.turn(account);
    expect(account.used).toBe(4);
    expect(account.takeExhausted()).toBe(false);
  });

  it('tells of a container that never rests, and not of one that does', () => {
    const account = new Account({ burst: 1000, share: 0.25 });
    const use = (milliseconds: number, from: number, until: number) => {
      let exhausted = 0;
      for (let at = from; at < until; at += 100) {
        account.charge(milliseconds, at);
        if (account.takeExhausted()) exhausted++;
      }
      return exhausted;
    };
    expect(use(20, 0, 4000)).toBe(0);
    expect(use(100, 4000, 6000)).toBe(1);
  });
});
