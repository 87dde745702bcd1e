import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { exitCode, ordinal, program } from '../integration/support/program.ts';

const commands = [
  [],
  ['learn'],
  ['cluster'],
  ['cluster', 'up'],
  ['cluster', 'down'],
  ['validate'],
  ['lint'],
  ['new'],
  ['dev'],
  ['import'],
  ['import', 'killercoda'],
  ['new', 'lesson'],
  ['doctor'],
];

describe('help', () => {
  it.each(commands.map((command) => [['ordinal', ...command].join(' '), command] as const))(
    'of "%s" says what it takes, with examples',
    async (name, command) => {
      const { code, out, err } = await ordinal([...command, '--help']);
      expect(err).toBe('');
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^Usage: ${name}\\b`));
      expect(out).toMatch(/\nExamples:\n {2}ordinal /);
    },
  );

  it('names every command', async () => {
    const { out } = await ordinal(['--help']);
    for (const command of ['learn', 'cluster', 'validate', 'lint', 'new', 'dev', 'import', 'doctor']) {
      expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    }
  });

  it('is no mistake where nobody reads it to its end', async () => {
    const child = spawn(process.execPath, [program, '--help'], { stdio: 'pipe' });
    child.stdout.destroy();
    const [err, code] = await Promise.all([text(child.stderr), exitCode(child)]);
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('goes to standard error, and the exit code says so, where no command was given', async () => {
    for (const args of [[], ['cluster']]) {
      const { code, out, err } = await ordinal(args);
      expect(code).toBe(2);
      expect(out).toBe('');
      expect(err).toContain('Commands:');
    }
  });

  it('tells the version', async () => {
    const { code, out } = await ordinal(['--version']);
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown command', ['lern'], /unknown command 'lern'[\s\S]*learn/],
    ['an unknown command of a command', ['cluster', 'start'], /unknown command 'start'[\s\S]*"ordinal cluster --help"/],
    ['an unknown option', ['learn', '--opne'], /unknown option '--opne'[\s\S]*"ordinal learn --help"/],
    ['an argument too many', ['cluster', 'up', 'now'], /too many arguments[\s\S]*"ordinal cluster up --help"/],
    ['an option without its value', ['learn', '--data'], /'--data <folder>' argument missing/],
    ['a port that is none', ['cluster', 'up', '--port', '99999'], /'99999' is invalid.*from 0 to 65535/],
    ['a port with a unit', ['learn', '--port', '80px'], /'80px' is invalid.*from 0 to 65535/],
    ['an unknown speed', ['cluster', 'up', '--speed', 'warp'], /'warp' is invalid.*learner, max/],
    ['an unknown provider', ['validate', '--provider', 'cloud'], /'cloud' is invalid.*embedded/],
    [
      'a reporter that there is not',
      ['validate', '--reporter', 'html'],
      /no reporter "html".*\n.*list, junit, json, github/,
    ],
    [
      'real images where there is no kernel for them',
      ['validate', '--images', 'real'],
      /no kernel to run mysql:8, mongo:5, .*\n.*--provider kind/,
    ],
    [
      'a host others can reach',
      ['learn', '--host', '0.0.0.0'],
      /--host 0\.0\.0\.0 is not a loopback address.*\n.*ssh -L/,
    ],
    [
      'a lessons folder that is not there',
      ['validate', '--lessons', './nowhere'],
      /no folder .*nowhere.*\n.*--lessons/,
    ],
    ['the same, for lint', ['lint', '--lessons', './nowhere'], /no folder .*nowhere.*\n.*--lessons/],
    ['the same, for learn', ['learn', '--no-open', '--lessons', './nowhere'], /no .*folder .*nowhere.*\n.*--lessons/],
    ['a folder without lessons', ['lint', '--lessons', import.meta.dirname], /no lessons in .*\n.*--lessons/],
    ['a lesson that is not there', ['lint', '99-nothing'], /no lesson "99-nothing".*\n.*01-first-statefulset/],
    ['--delete without a folder', ['cluster', 'down', '--delete'], /needs to know which folder.*\n.*--data/],
  ];

  it.each(cases)('%s: exit code 2, with what is wrong and what to do', async (_what, args, message) => {
    const { code, out, err } = await ordinal(args);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});
