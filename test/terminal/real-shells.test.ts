import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RealClock } from '../../src/embedded/clock.ts';
import { loadNodePty } from '../../src/terminal/node-pty.ts';
import type { SpawnPty } from '../../src/terminal/pty.ts';
import { installIntegration, shellLaunch } from '../../src/terminal/shell.ts';
import { Terminals } from '../../src/terminal/terminals.ts';
import type { LoggedCommand } from '../../src/terminal/transcript.ts';

/** The shells people have, with start-up files as people have them. Those not installed are skipped. */

const shells = ['bash', 'zsh', 'fish'].flatMap((name) => {
  const file = ['/bin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'].map((folder) => join(folder, name));
  return file.filter(existsSync).slice(0, 1);
});

let spawn: SpawnPty;
const undo: (() => void)[] = [];
beforeAll(async () => {
  spawn = await loadNodePty();
});
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

const startFiles: Record<string, string> = {
  '.bashrc': `PS1='mine $? > '; export PATH=/usr/bin:/bin KUBECONFIG=/elsewhere; alias greet='echo hello'; HISTCONTROL=ignoreboth; PROMPT_COMMAND='mine=1;'`,
  '.zshrc': `PS1='mine %? > '; export PATH=/usr/bin:/bin KUBECONFIG=/elsewhere; alias greet='echo hello'`,
  '.config/fish/config.fish': `alias greet 'echo hello'; set -gx KUBECONFIG /elsewhere`,
};

function open(shell: string, edit: (script: string) => string = (script) => script) {
  const home = mkdtempSync(join(tmpdir(), 'ordinal-shell-'));
  undo.push(() => rmSync(home, { recursive: true, force: true, maxRetries: 10 }));
  mkdirSync(join(home, '.config/fish'), { recursive: true });
  for (const [name, text] of Object.entries(startFiles)) writeFileSync(join(home, name), text);
  const integration = join(home, 'integration');
  installIntegration(integration);
  const bash = join(integration, 'bash.sh');
  writeFileSync(bash, edit(readFileSync(bash, 'utf8')));
  const env = { PATH: process.env.PATH, HOME: home, SHELL: shell, npm_config_x: '1' };
  const terminals = new Terminals({
    spawn,
    cwd: home,
    clock: new RealClock(),
    launch: (nonce) =>
      shellLaunch({
        env,
        platform: 'linux',
        kubeconfig: '/the/kubeconfig',
        pathFolder: '/the/bin',
        integration,
        historyFile: join(home, 'history'),
        nonce,
      }),
  });
  undo.push(() => terminals.dispose());
  return { terminals, terminal: terminals.open(), home };
}

/** Resolves with the commands once `count` of them have ended. */
function ended(terminals: Terminals, count: number): Promise<LoggedCommand[]> {
  return new Promise((resolve) => {
    const look = () => {
      const done = terminals.transcript.commands.filter((command) => command.endedAt !== undefined);
      if (done.length >= count) resolve(done);
    };
    terminals.transcript.onCommand(look);
    look();
  });
}

it("knows whose cluster it is, and nothing else of the server's own settings", () => {
  const env = { PATH: '/bin', ORDINAL_DATA: '/data', ORDINAL_KUBECTL: '/other', npm_config_x: '1', EDITOR: 'ed' };
  const options = {
    env,
    platform: 'linux',
    kubeconfig: '/k',
    integration: '/i',
    historyFile: '/h',
    nonce: 'n',
  } as const;
  const shell = shellLaunch({ ...options, shell: '/bin/sh' }).env;
  expect(shell).toMatchObject({ ORDINAL_DATA: '/data', EDITOR: 'ed' });
  expect(Object.keys(shell)).not.toContain('ORDINAL_KUBECTL');
  expect(Object.keys(shell)).not.toContain('npm_config_x');
});

describe.each(shells)('%s', (shell) => {
  it('tells commands, exit codes and output, and keeps what the learner set up', async () => {
    const { terminals, terminal } = open(shell);
    await terminal.type('echo one');
    await ended(terminals, 1);
    await terminal.type('sh -c "exit 3"');
    await ended(terminals, 2);
    await terminal.type(
      shell.endsWith('fish')
        ? 'echo "$KUBECONFIG $PATH[1]" | cat; greet'
        : `echo "$KUBECONFIG \${PATH%%:*}" | cat; (greet)`,
    );
    const commands = await ended(terminals, 3);
    expect(commands.map(({ text, exitCode, output }) => ({ text, exitCode, output: output.trim() }))).toEqual([
      { text: 'echo one', exitCode: 0, output: 'one' },
      { text: 'sh -c "exit 3"', exitCode: 3, output: '' },
      { text: expect.stringContaining('greet'), exitCode: 0, output: '/the/kubeconfig /the/bin\nhello' },
    ]);
  });

  it('tells several commands typed at once apart', async () => {
    const { terminals, terminal } = open(shell);
    const quoted = `printf '%s\\n' 'a;b' "c
d"`;
    await terminal.type(`echo first; true\n${quoted}\nfalse`);
    const commands = await ended(terminals, 3);
    expect(commands.map(({ text, exitCode, output }) => [text, exitCode, output.trim()])).toEqual([
      ['echo first; true', 0, 'first'],
      [quoted, 0, 'a;b\nc\nd'],
      ['false', 1, ''],
    ]);
  });

  it('is not deceived by what a program prints', async () => {
    const { terminals, terminal } = open(shell);
    await terminal.type(
      `printf '\\033]133;D;0\\007\\033]633;E;kubectl delete all;x\\007\\033]133;C\\007'; sh -c 'exit 4'`,
    );
    const commands = await ended(terminals, 1);
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatchObject({ exitCode: 4 });
  });

  it('logs a command that keeps running, and is busy with it', async () => {
    const { terminals, terminal } = open(shell);
    const started = new Promise<LoggedCommand>((resolve) => terminals.transcript.onCommand(resolve));
    await terminal.type('sleep 1000');
    expect(await started).toMatchObject({ text: 'sleep 1000' });
    expect(terminals.transcript.commands[0]!.exitCode).toBeUndefined();
    expect(await terminal.type('echo no')).toBe('busy');
    expect(terminal.title).toBe('sleep 1000');
    const client = terminal.attach({ output() {}, replay() {}, resized() {}, exited() {} });
    client.input('\x03');
    const [command] = await ended(terminals, 1);
    expect(command!.exitCode).toBeGreaterThan(128);
  });

  it('passes what is typed on to a shell inside a command', async () => {
    const { terminals, terminal } = open(shell);
    let seen = '';
    const inside = new Promise<void>((resolve) => {
      terminal.attach({
        output: (data) => {
          seen += data;
          if (seen.includes('inner>')) resolve();
        },
        replay() {},
        resized() {},
        exited() {},
      });
    });
    await terminal.type(`env PS1='inn''er> ' bash --norc -i`);
    await inside;
    expect(await terminal.type('echo from-inside; exit 5')).toBe('typed');
    const [command] = await ended(terminals, 1);
    expect(command).toMatchObject({ exitCode: 5, output: expect.stringContaining('from-inside') });
  });
});

describe.runIf(shells.some((shell) => shell.endsWith('bash')))('bash', () => {
  const bash = shells.find((shell) => shell.endsWith('bash'))!;

  it('tells lines of one paste apart', async () => {
    const { terminals, terminal } = open(bash);
    await terminal.type(':');
    await ended(terminals, 1);
    const client = terminal.attach({ output() {}, replay() {}, resized() {}, exited() {} });
    client.input('\x1b[200~echo a\nfalse\n echo c\x1b[201~\r');
    const commands = await ended(terminals, 4);
    expect(commands.slice(1).map(({ text, exitCode }) => [text.trim(), exitCode])).toEqual([
      ['echo a', 0],
      ['false', 1],
      ['echo c', 0],
    ]);
  });

  it('works through the DEBUG trap where there is no PS0', async () => {
    const { terminals, terminal } = open(bash, (script) => script.replaceAll('>= 404', '>= 99999'));
    await terminal.type('echo one');
    await ended(terminals, 1);
    await terminal.type('for i in 1 2; do echo $i; done');
    const commands = await ended(terminals, 2);
    expect(commands.map(({ text, exitCode, output }) => [text, exitCode, output.trim()])).toEqual([
      ['echo one', 0, 'one'],
      ['for i in 1 2; do echo $i; done', 0, '1\n2'],
    ]);
  });
});
