import { afterAll, describe, expect, it } from 'vitest';
import { makeRuntime, run, terminal } from './harness.ts';

const { start, runtime } = makeRuntime();
afterAll(() => runtime.close());

/** What is left of a screen without what draws it. */
function plain(screen: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
  return screen.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
}

describe('an interactive shell', () => {
  it("prompts, runs what is typed and ends with exit's code", async () => {
    const container = await start({ image: 'debian:bookworm-slim', hostname: 'web-0' });
    const session = terminal(container, ['bash']);
    await session.until(/root@web-0:\/# /);
    session.type('echo $((6*7)) && cd /etc\r');
    expect(await session.until(/\r\n42\r\n/)).toContain('\r\n42\r\n');
    await session.until(/root@web-0:\/etc# /);
    session.type('exit 3\r');
    expect((await session.done).exitCode).toBe(3);
  });

  it.each([
    ['busybox:1.36', ['sh'], '/ # ', 'nosuch\r', 'sh: nosuch: not found'],
    ['debian:bookworm-slim', ['sh'], '# ', 'nosuch\r', 'sh: nosuch: not found'],
    ['debian:bookworm-slim', ['bash', '--norc'], '/# ', 'nosuch\r', 'bash: nosuch: command not found'],
  ])('of %s looks as it does there: %s', async (image, command, prompt, typed, answer) => {
    const session = terminal(await start({ image }), command);
    await session.until(new RegExp(prompt.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
    session.type(typed);
    expect(await session.until(/not found/)).toContain(answer);
    session.type('\x04');
    expect((await session.done).exitCode).toBe(127);
  });

  it('edits the line', async () => {
    const session = terminal(await start(), ['sh']);
    await session.until(/# /);
    session.type('echo wrld\x1b[D\x1b[D\x1b[Do\x01\x05!\x7f\x17echo world\x01echo \x05\r');
    await session.until(/\r\necho echo world\r\n|\r\necho world\r\n/);
    session.type('ech\x7f\x7f\x7f\x7f\x7fecho one\r');
    await session.until(/\r\none\r\n/);
    session.type('\x1b[A\x1b[A\x1b[B two\r');
    expect(plain(await session.until(/\r\none two\r\n/))).toContain('one two');
    session.type('\x12ech\r');
    await session.until(/\r\none two\r\n/);
    session.type('echo é日本\x7f語\r');
    expect(await session.until(/\r\né日語\r\n/)).toBeTruthy();
  });

  it('completes commands and files', async () => {
    const container = await start({ image: 'debian:bookworm-slim' });
    await run(container, ['bash', '-c', 'mkdir -p /data/deep && touch "/data/deep/one file" /data/deep/other']);
    const session = terminal(container, ['bash']);
    await session.until(/# /);
    session.type('cat /da\td\tone\t\r');
    await session.until(/one\\ file/);
    session.type('basena\t /x/done\r');
    expect(await session.until(/\r\ndone\r\n/)).toBeTruthy();
    session.type('ls /data/deep/o\t\t');
    expect(plain(await session.until(/other/))).toContain('one');
    session.type('\x03');
    await session.until(/\^C/);
  });

  it('draws its line anew for a client that attaches later, and for a window of another size', async () => {
    const container = await start({ image: 'busybox', command: ['sh'], tty: true, stdin: true });
    const session = terminal(container, undefined, { columns: 80, rows: 24 });
    await session.until(/\/ # /);
    session.type('echo one');
    await session.until(/echo one/);
    session.resize({ columns: 40, rows: 24 });
    expect(plain(await session.until(/\/ # echo one/))).toContain('/ # echo one');
    session.type('\r');
    await session.until(/\r\none\r\n/);
  });

  it('remembers what was typed, and says so', async () => {
    const session = terminal(await start({ image: 'debian:bookworm-slim' }), ['bash']);
    await session.until(/# /);
    session.type('echo one\recho two\rhistory | tail -2; history 1 | wc -l; echo $COLUMNS\r');
    await session.until(/ 2 {2}echo two\r\n {4}3 {2}history.*\r\n1\r\n80\r\n/);
    session.type('exit 3\r');
    expect((await session.done).exitCode).toBe(3);
    expect(await session.until(/exit\r\n$/)).toContain('exit');
  });

  it('heeds a Ctrl-C that was typed ahead of a read', async () => {
    const session = terminal(await start(), ['sh']);
    await session.until(/# /);
    session.type('read x\r\x03');
    await session.until(/read x.*# /s);
    session.type('echo status $?\r');
    await session.until(/\r\nstatus 130\r\n/);
  });

  it('leaves to commands what was typed ahead for them', async () => {
    const session = terminal(await start(), ['sh']);
    await session.until(/# /);
    session.type('read x\rfor it\recho "got $x"\r');
    await session.until(/\r\ngot for it\r\n/);
  });

  it('goes on over several lines', async () => {
    const session = terminal(await start(), ['sh']);
    await session.until(/# /);
    session.type('for i in 1 2\rdo echo "n$i"\rdone\r');
    expect(await session.until(/\r\nn1\r\nn2\r\n/)).toContain('> ');
    session.type('cat <<END\rtext\rEND\r');
    await session.until(/\r\ntext\r\n/);
  });

  it('interrupts the foreground with Ctrl-C, and nothing else', async () => {
    const container = await start();
    const session = terminal(container, ['sh']);
    await session.until(/# /);
    session.type('sleep 1000 & sleep 2000\r');
    await run(container, ['sh', '-c', 'until ps | grep -q "sleep 2000$"; do sleep 0.01; done']);
    session.type('\x03');
    await session.until(/\^C/);
    session.type('echo status $?; ps | grep -c "sleep [12]000$"\r');
    await session.until(/status 130\r\n1\r\n/);
    session.type('while true; do echo tick; sleep 0.01; done\r');
    await session.until(/tick\r\ntick/);
    session.type('\x03');
    session.type('echo over\r');
    await session.until(/\r\nover\r\n/);
    session.type('while :; do :; done\r');
    await session.until(/done\S*\r\n/);
    session.type('\x03');
    session.type('echo over again\r');
    await session.until(/\r\nover again\r\n/);
  });

  it('gives programs the keyboard and the size of the window', async () => {
    const session = terminal(await start(), ['sh'], { columns: 100, rows: 30 });
    await session.until(/# /);
    session.type('stty size; cat\r');
    await session.until(/30 100\r\n/);
    session.type('typx\x7fed\r');
    expect(await session.until(/ed\r\ntyped\r\n/)).toContain('typx\b \bed');
    session.type('\x04');
    session.type('read -p "name? " n; echo "hello $n"\r');
    await session.until(/name\? /);
    session.type('Kubia\r');
    await session.until(/hello Kubia\r\n/);
  });

  it('tells of its jobs', async () => {
    const session = terminal(await start({ image: 'debian:bookworm-slim' }), ['bash']);
    await session.until(/# /);
    session.type('sleep 0.3 &\r');
    await session.until(/\[1\] \d+\r\n/);
    session.type('jobs\r');
    await session.until(/Running\s+sleep 0\.3 &/);
    session.type('wait; echo waited\r');
    await session.until(/Done\s+sleep 0\.3/);
  });

  it('ends when the client hangs up', async () => {
    const container = await start();
    const session = terminal(container, ['sh']);
    await session.until(/# /);
    session.hangUp();
    expect((await session.done).exitCode).toBe(129);
  });
});
