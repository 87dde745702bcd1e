import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container } from '../../../../src/embedded/containers/runtime.ts';
import { bash, makeRuntime } from '../harness.ts';

/** Scripts with what Debian's bash and commands printed and how they ended: the shell here does the same. */

interface Recording {
  readonly script: string;
  readonly stdout: string;
  readonly code: number;
}

function recordings(name: string): Recording[] {
  return JSON.parse(readFileSync(new URL(`./recordings/${name}.json`, import.meta.url), 'utf8'));
}

describe.each(['bash', 'commands'])('%s', (name) => {
  const { start, runtime } = makeRuntime();
  let container: Container;
  beforeAll(async () => {
    container = await start({ image: 'debian:bookworm-slim' });
  });
  afterAll(() => runtime.close());

  it.each(recordings(name))('runs $script', async ({ script, stdout, code }) => {
    expect(await bash(container, script)).toMatchObject({ stdout, code });
  });
});
