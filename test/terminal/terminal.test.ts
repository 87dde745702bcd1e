import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/embedded/clock.ts';
import type { TerminalClient } from '../../src/terminal/audience.ts';
import { high, patience } from '../../src/terminal/flow.ts';
import type { Pty, PtyOptions, SpawnPty } from '../../src/terminal/pty.ts';
import type { Terminal } from '../../src/terminal/terminal.ts';
import { Terminals } from '../../src/terminal/terminals.ts';

/** A program that does nothing by itself: the test prints, and sees what was typed. */
class Program implements Pty {
  options!: PtyOptions;
  typed = '';
  paused = false;
  killed = false;
  size = '';
  raw: boolean | undefined = false;
  nonce = '';

  readonly pid = 1;
  write(data: string): void {
    this.typed += data;
  }
  resize(columns: number, rows: number): void {
    this.size = `${columns}x${rows}`;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  kill(): void {
    this.killed = true;
  }
  async rawInput(): Promise<boolean | undefined> {
    return this.raw;
  }
  print(data: string): void {
    this.options.onData(data);
  }
  prompt(): void {
    this.print(`\x1b]133;A;aid=${this.nonce}\x07$ \x1b]133;B;aid=${this.nonce}\x07`);
  }
  start(command: string): void {
    this.print(`\x1b]633;E;${command};${this.nonce}\x07\x1b]133;C;aid=${this.nonce}\x07`);
  }
  finish(exitCode: number): void {
    this.print(`\x1b]133;D;${exitCode};aid=${this.nonce}\x07`);
    this.prompt();
  }
}

class Viewer implements TerminalClient {
  seen = '';
  readonly events: string[] = [];
  output(data: string): void {
    this.seen += data;
  }
  replay(data: string, columns: number, rows: number): void {
    this.seen = data;
    this.events.push(`replay ${columns}x${rows}`);
  }
  resized(columns: number, rows: number): void {
    this.events.push(`resized ${columns}x${rows}`);
  }
  exited(exitCode: number): void {
    this.events.push(`exited ${exitCode}`);
  }
}

const opened: Terminals[] = [];
afterEach(() => {
  for (const terminals of opened.splice(0)) terminals.dispose();
});

function setup() {
  const clock = new ManualClock();
  const program = new Program();
  const spawn: SpawnPty = (options) => {
    program.options = options;
    return program;
  };
  const terminals = new Terminals({
    spawn,
    cwd: '/',
    clock,
    launch: (nonce) => {
      program.nonce = nonce;
      return { file: '/bin/bash', args: [], env: {}, integrated: true };
    },
  });
  opened.push(terminals);
  const terminal = terminals.open();
  return { clock, program, terminals, terminal };
}

async function watch(terminal: Terminal) {
  const viewer = new Viewer();
  const attachment = terminal.attach(viewer);
  await terminal.text();
  return { viewer, attachment };
}

describe('Terminal', () => {
  it('paints a later viewer with what an earlier one saw', async () => {
    const { program, terminal } = setup();
    program.print('before \x1b[31mred\x1b[0m\r\n');
    const { viewer } = await watch(terminal);
    expect(viewer.seen).toContain('before');
    expect(viewer.seen).toContain('\x1b[31mred');
    program.print('after');
    expect(viewer.seen).toContain('after');
    expect(await terminal.text()).toBe('before red\nafter');
  });

  it('loses nothing printed between connecting and the replay', async () => {
    const { program, terminal } = setup();
    program.print('one ');
    const viewer = new Viewer();
    terminal.attach(viewer);
    program.print('two ');
    await terminal.text();
    program.print('three');
    expect(viewer.seen.match(/one|two|three/g)).toEqual(['one', 'two', 'three']);
  });

  it('answers a program itself, once, however many watch', async () => {
    const { program, terminal } = setup();
    const { viewer } = await watch(terminal);
    await watch(terminal);
    program.print('ab\x1b[6n');
    await terminal.text();
    expect(program.typed).toBe('\x1b[1;3R');
    expect(viewer.seen).not.toContain('\x1b[6n');
  });

  it('lets the last to resize decide and tells the others', async () => {
    const { program, terminal } = setup();
    const first = await watch(terminal);
    const second = await watch(terminal);
    second.attachment.resize(100, 30);
    expect(program.size).toBe('100x30');
    expect(first.viewer.events).toEqual(['replay 80x24', 'resized 100x30']);
    expect(second.viewer.events).toEqual(['replay 80x24']);
  });

  it('pauses a program that prints faster than it is drawn, and goes on when it has been', async () => {
    const { program, terminal } = setup();
    const { attachment } = await watch(terminal);
    program.print('x'.repeat(high + 1));
    await terminal.text();
    expect(program.paused).toBe(true);
    attachment.acknowledge(high - 10_000);
    expect(program.paused).toBe(true);
    attachment.acknowledge(10_000);
    expect(program.paused).toBe(false);
  });

  it('goes on without somebody who sleeps, and paints them anew when they are back', async () => {
    const { clock, program, terminal } = setup();
    const awake = await watch(terminal);
    const asleep = await watch(terminal);
    program.print('x'.repeat(high + 1));
    await terminal.text();
    awake.attachment.acknowledge(high + 1);
    expect(program.paused).toBe(true);
    await clock.advance(patience);
    expect(program.paused).toBe(false);
    program.print('\r\nmeanwhile\r\n');
    await terminal.text();
    expect(awake.viewer.seen).toContain('meanwhile');
    expect(asleep.viewer.seen).not.toContain('meanwhile');
    asleep.attachment.acknowledge(high + 1);
    await terminal.text();
    expect(asleep.viewer.seen).toContain('meanwhile');
    program.print('now');
    expect(asleep.viewer.seen).toContain('now');
  });

  it('resumes when the one it waited for leaves', async () => {
    const { program, terminal } = setup();
    const { attachment } = await watch(terminal);
    program.print('x'.repeat(high + 1));
    await terminal.text();
    expect(program.paused).toBe(true);
    attachment.detach();
    expect(program.paused).toBe(false);
  });

  it('keeps a bounded amount of 100 MB of output', async () => {
    const { program, terminals, terminal } = setup();
    program.prompt();
    program.start('cat huge');
    const line = `${'0123456789'.repeat(10)}\r\n`.repeat(1000);
    for (let index = 0; index < 1000; index++) {
      program.print(line);
      if (program.paused) await terminal.text();
    }
    program.finish(0);
    await terminal.text();
    const { viewer } = await watch(terminal);
    expect(viewer.seen.length).toBeLessThan(1_000_000);
    expect(terminals.transcript.commands[0]!.output.length).toBeLessThanOrEqual(65_536);
  }, 60_000);

  it('types several commands one after the other, each when the last has ended', async () => {
    const { program, terminal } = setup();
    await terminal.type('one\ntwo');
    expect(program.typed).toBe('');
    program.prompt();
    await terminal.text();
    expect(program.typed).toBe('one\r');
    program.start('one');
    program.print('\x1b[?2004h');
    program.finish(0);
    await terminal.text();
    expect(program.typed).toBe('one\r\x1b[200~two\x1b[201~\r');
  });

  it('does not go on typing when the learner has taken over', async () => {
    const { program, terminal } = setup();
    program.prompt();
    await terminal.type('one\ntwo');
    program.start('one');
    const { attachment } = await watch(terminal);
    attachment.input('\x03');
    program.finish(130);
    await terminal.text();
    expect(program.typed).toBe('one\r\x03');
  });

  it('removes a half-typed line before it types', async () => {
    const { program, terminal } = setup();
    program.prompt();
    const { attachment } = await watch(terminal);
    attachment.input('kub');
    await terminal.type('one');
    expect(program.typed).toBe('kub\x05\x15one\r');
  });

  it('types no control characters', async () => {
    const { program, terminal } = setup();
    program.prompt();
    await terminal.type('a\x1b[201~\x03b');
    expect(program.typed).toBe('a[201~b\r');
  });

  it('leaves a running program alone unless it reads keys', async () => {
    const { program, terminal } = setup();
    program.prompt();
    program.start('kubectl proxy');
    expect(await terminal.type('x')).toBe('busy');
    program.raw = undefined;
    expect(await terminal.type('x')).toBe('busy');
    program.raw = true;
    expect(await terminal.type('x\ny')).toBe('typed');
    expect(program.typed).toBe('x\ry\r');
    program.print('\x1b[?1049h');
    expect(await terminal.type('x')).toBe('busy');
  });

  it('types at once into a shell that shows no marks', async () => {
    const { clock, program, terminal } = setup();
    await terminal.type('one\ntwo');
    await clock.advance(5000);
    await terminal.text();
    await terminal.text();
    expect(program.typed).toBe('one\rtwo\r');
  });

  it('says when the shell has ended, to late comers too, and starts it again', async () => {
    const { program, terminals, terminal } = setup();
    const { viewer, attachment } = await watch(terminal);
    program.prompt();
    program.start('exec false');
    program.options.onExit(1);
    expect(viewer.events.at(-1)).toBe('exited 1');
    expect((await watch(terminal)).viewer.events).toEqual(['replay 80x24', 'exited 1']);
    expect(terminals.transcript.commands[0]).toMatchObject({ text: 'exec false', endedAt: expect.any(Number) });
    expect(terminals.transcript.commands[0]!.exitCode).toBeUndefined();
    expect(await terminal.type('x')).toBe('ended');
    terminal.restart();
    program.prompt();
    await terminal.text();
    attachment.input('y');
    expect(program.typed).toBe('y');
  });
});

describe('Terminals', () => {
  it('names them after what runs, and tells of changes', () => {
    const { program, terminals, terminal } = setup();
    let changes = 0;
    terminals.onChange(() => changes++);
    expect(terminals.list()).toEqual([{ id: terminal.id, title: 'bash' }]);
    program.prompt();
    program.start('kubectl proxy');
    expect(terminals.list()).toEqual([{ id: terminal.id, title: 'kubectl proxy' }]);
    program.finish(0);
    expect(terminals.list()[0]!.title).toBe('bash');
    terminals.close(terminal.id);
    expect(terminals.list()).toEqual([]);
    expect(program.killed).toBe(true);
    expect(changes).toBe(3);
  });

  it('refuses more than a tab could need', () => {
    const { terminals } = setup();
    for (let count = 1; count < 8; count++) terminals.open();
    expect(() => terminals.open()).toThrow(/8 terminals are open/);
  });

  it('keeps commands of two terminals apart', () => {
    const { program, terminals } = setup();
    program.prompt();
    program.start('kubectl proxy');
    const first = program.options;
    terminals.open();
    program.prompt();
    program.start('curl localhost:8001');
    program.print('body\r\n');
    first.onData('Starting to serve\r\n');
    program.finish(0);
    expect(terminals.transcript.commands.map(({ text, exitCode, output }) => [text, exitCode, output])).toEqual([
      ['kubectl proxy', undefined, 'Starting to serve\n'],
      ['curl localhost:8001', 0, 'body\n'],
    ]);
  });
});
