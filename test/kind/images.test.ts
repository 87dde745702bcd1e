import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImages } from '../../src/clusters/kind/images.ts';
import { Program } from '../../src/clusters/kind/program.ts';
import { workloadNames, workloadSource } from '../../src/clusters/workloads.ts';
import { imageUser, type WorkloadImage, workloadImages } from '../../src/workloads/images.ts';
import { docker, env, unavailable } from './support.ts';

/** What a Pod may ask of the example applications, asked of Docker alone. */

const bundles = resolve(import.meta.dirname, '../../dist/workloads');
const containers: string[] = [];

/** How somebody in the container finds out that it serves: what a readiness probe would ask. */
const health: Readonly<Record<string, readonly string[]>> = {
  'ordinal/kubia': ['curl', '--fail', '--silent', 'localhost:8080/healthz'],
  'ordinal/mehdb': ['curl', '--fail', '--silent', 'localhost:9876/status?level=full'],
  'ordinal/quiz-api': ['curl', '--fail', '--silent', 'localhost:8080/healthz/live'],
  'ordinal/mysql': ['mysqladmin', 'ping'],
  'ordinal/mongodb': ['mongosh', '--quiet', '--eval', 'db.adminCommand("ping")'],
};

/** Settings without which an application says what it lacks, and ends. */
const settings: Readonly<Record<string, readonly string[]>> = {
  'ordinal/mysql': ['MYSQL_ALLOW_EMPTY_PASSWORD=1'],
};

/** Nothing in the image can be written: what is kept is in volumes, here in memory. */
async function start({ repository, tag, folders }: WorkloadImage): Promise<string> {
  const mounts = [...folders, '/tmp'].flatMap((path) => [
    '--tmpfs',
    `${path}:uid=${imageUser.uid},gid=${imageUser.gid}`,
  ]);
  const variables = (settings[repository] ?? []).flatMap((each) => ['--env', each]);
  const id = await docker('run', '--detach', '--read-only', ...mounts, ...variables, `${repository}:${tag}`);
  containers.push(id);
  return id;
}

/** Until it serves; a container that has ended says why. */
async function serves(id: string, repository: string): Promise<void> {
  const ask = health[repository];
  if (!ask) throw new Error(`test/kind/images.test.ts does not know how to ask ${repository} whether it serves`);
  await expect
    .poll(
      () =>
        docker('exec', id, ...ask).then(
          () => 'serves',
          (error: Error) => error.message,
        ),
      {
        timeout: 60_000,
        interval: 250,
      },
    )
    .toBe('serves');
}

describe.skipIf(unavailable)('an example application as an image', () => {
  beforeAll(async () => {
    const source = workloadSource(bundles, process.env.ORDINAL_BASE_IMAGE);
    const signal = new AbortController().signal;
    await buildImages({ docker: new Program('docker', env), source, signal, progress: console.error }, workloadNames);
  }, 600_000);
  afterAll(async () => {
    if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
  }, 60_000);

  it.each(workloadImages)('$repository:$tag runs as nobody’s root on a file system it cannot write', async (image) => {
    const id = await start(image);
    await serves(id, image.repository);
    expect(await docker('exec', id, 'id', '-u')).toBe(String(imageUser.uid));
    await expect(docker('exec', id, 'touch', '/app/mark')).rejects.toThrow(/Read-only file system/);
    // SIGKILL comes after a second, and would show as 137.
    await docker('stop', '--time', '1', id);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', id)).not.toBe('137');
  });

  it.each(workloadImages)('$repository:$tag takes less than 200 MB', async ({ repository, tag }) => {
    expect(Number(await docker('image', 'inspect', '--format', '{{.Size}}', `${repository}:${tag}`))).toBeLessThan(
      200e6,
    );
  });
});
