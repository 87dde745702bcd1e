import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProviderError } from '../provider.ts';
import { CommandError, lastLine, type Program } from './program.ts';
import { type ClusterRecord, writeRecord } from './record.ts';

/** Images as `docker build` makes them: what the workloads are to this folder. */
export interface ImageSource {
  /** What the images are built on, by its name, and its Dockerfile, which needs no context. */
  readonly common: { readonly name: string; readonly dockerfile: string };
  /** By the image's name: makes the folder that `docker build` takes. */
  readonly images: Readonly<Record<string, (folder: string) => Promise<void>>>;
}

export interface ImageOptions {
  readonly docker: Program;
  readonly kind: Program;
  readonly source: ImageSource;
  /** Names of images: ours are built, others are handed over where Docker has them, and else left to the nodes. */
  readonly wanted: readonly string[];
  readonly record: ClusterRecord;
  readonly folder: string;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** On all images that are built here, with a digest of what they are made from: by it they are known to be ours. */
const label = 'dev.ordinal.source';

/** Has the cluster's nodes hold the images. Resolves with the record, which knows what they hold. */
export async function provideImages(options: ImageOptions): Promise<ClusterRecord> {
  const { docker, kind, source, wanted, record, folder, signal, progress } = options;
  await buildImages(
    options,
    wanted.filter((name) => source.images[name]),
  );
  const load: string[] = [];
  const images = { ...record.images };
  for (const name of new Set(wanted)) {
    const id = await inspect(docker, name, '{{.Id}}', signal);
    if (!id || images[name] === id) continue;
    images[name] = id;
    load.push(name);
  }
  if (load.length === 0) return record;
  progress(`loading ${load.join(', ')} into the nodes`);
  await kind.run(['load', 'docker-image', '--name', record.name, ...load], { signal }).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new ProviderError(
      `The images could not be loaded into the nodes: ${lastLine(error.stderr)}`,
      `Make room if a disk is full (docker system df), then try again: ${error.command}`,
    );
  });
  const loaded = { ...record, images };
  writeRecord(folder, loaded);
  return loaded;
}

/** Builds those of the source's images that Docker does not have as they are now, and removes the ones they replace. */
export async function buildImages(
  { docker, source, signal, progress }: Pick<ImageOptions, 'docker' | 'source' | 'signal' | 'progress'>,
  names: readonly string[],
): Promise<void> {
  const nameless = await namelessImages(docker, signal);
  const replaced: (string | undefined)[] = [];
  for (const name of names) {
    const context = await mkdtemp(join(tmpdir(), 'ordinal-image-'));
    try {
      await source.images[name]!(context);
      const digest = await digestOf(context, source.common.dockerfile);
      if ((await inspect(docker, name, `{{index .Config.Labels "${label}"}}`, signal)) === digest) continue;
      progress(`building the image ${name}`);
      const { common } = source;
      for (const each of [common.name, name]) replaced.push(await inspect(docker, each, '{{.Id}}', signal));
      const labelled = (value: string) => ['--label', `${label}=${value}`];
      await docker.run(['build', '--tag', common.name, ...labelled('common'), '-'], {
        signal,
        input: common.dockerfile,
      });
      await docker.run(['build', '--tag', name, ...labelled(digest), context], { signal });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const base = /^FROM (\S+)/.exec(source.common.dockerfile)?.[1];
      throw new ProviderError(
        `The image ${name} could not be built: ${lastLine(error.stderr)}`,
        `It is built on ${base}. Where that cannot be pulled, name another Debian with Node 20.19 or later: ` +
          'ORDINAL_BASE_IMAGE=IMAGE',
      );
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  }
  if (replaced.length === 0) return;
  // One that another process of ours is just building has no name yet either, but was not there before.
  const known = new Set([...nameless, ...replaced]);
  for (const id of await namelessImages(docker, signal)) {
    // Docker keeps one that a container has, or another image is built on.
    if (known.has(id)) await docker.run(['rmi', id], { signal }).catch(() => {});
  }
}

/**
 * Builds of ours that lost their name to a later one. Some may be those of an earlier version that could not be removed
 * as something ran them.
 */
async function namelessImages(docker: Program, signal: AbortSignal): Promise<readonly string[]> {
  const filters = ['--filter', 'dangling=true', '--filter', `label=${label}`];
  return (await docker.run(['images', '--quiet', '--no-trunc', ...filters], { signal })).split('\n').filter(Boolean);
}

/** Of everything an image is made from, so that nothing is built twice. */
async function digestOf(context: string, common: string): Promise<string> {
  const hash = createHash('sha256').update(common);
  const entries = await readdir(context, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    hash.update(`\0${file.slice(context.length)}\0`);
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

/** What Docker says of an image, by a Go template; undefined where it has none of that name. */
export async function inspect(
  docker: Program,
  image: string,
  format: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await docker.run(['image', 'inspect', '--format', format, image], { signal })).trim();
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
