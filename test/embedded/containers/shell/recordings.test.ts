import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container } from '../../../../src/embedded/containers/runtime.ts';
import { bash, makeRuntime } from '../harness.ts';

/** Scripts with what bash 5.2 on Debian printed and how it ended: the shell here does the same. */

interface Recording {
  readonly script: string;
  readonly stdout: string;
  readonly code: number;
}

const recordings: Recording[] = JSON.parse(readFileSync(new URL('./recordings/bash.json', import.meta.url), 'utf8'));

describe('bash', () => {
  const { start, runtime } = makeRuntime();
  let container: Container;
  beforeAll(async () => {
    container = await start({ image: 'debian:bookworm-slim' });
  });
  afterAll(() => runtime.close());

  it.each(recordings)('runs $script', async ({ script, stdout, code }) => {
    expect(await bash(container, script)).toMatchObject({ stdout, code });
  });
});
