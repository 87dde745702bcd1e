import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type About, type BundleHead, BundleReader, BundleWriter, counted, type Part } from './bundle/file.ts';
import { percentages } from './fetch/download.ts';
import { digest, makeFile } from './fetch/files.ts';
import { cachedProgram } from './fetch/program.ts';
import { inspect } from './kind/images.ts';
import { CommandError, lastLine, type Program } from './kind/program.ts';
import { ProviderError } from './provider.ts';

/** Everything that a kind cluster takes, in one file, for machines that reach no registry. */

interface BundleOptions {
  readonly file: string;
  readonly docker: Program;
  readonly signal: AbortSignal;
  /** One line each: "packing the nodes’ image: 41 %". */
  progress(message: string): void;
}

export interface PackedProgram {
  readonly program: 'kind' | 'kubectl';
  /** "v0.30.0" */
  readonly version: string;
  /** "linux-x64" */
  readonly platform: string;
  readonly path: string;
}

export interface CreateBundleOptions extends BundleOptions {
  readonly head: BundleHead;
  /** The nodes' image; pulled where Docker does not have it, as are the others. */
  readonly nodeImage: string;
  /** Those that Pods run, already built. */
  readonly images: readonly string[];
  readonly programs: readonly PackedProgram[];
}

const nodePart = 'node-image.tar.gz';
const imagesPart = 'images.tar.gz';

/** Makes the file, or goes on where an attempt that was interrupted has stopped. Resolves with its size in bytes. */
export async function createBundle(options: CreateBundleOptions): Promise<number> {
  const { file, head, nodeImage, images, programs } = options;
  // What is not whole yet never has the file's name.
  const partial = `${file}.part`;
  const node = await tagged(options, nodeImage);
  const nodeAbout = await aboutImages(options, [node]);
  const imagesAbout = await aboutImages(options, images);
  await mkdir(dirname(file), { recursive: true });
  try {
    const writer = await BundleWriter.open(partial, head);
    try {
      await packImages(options, writer, nodePart, 'the nodes’ image', nodeAbout);
      await packImages(options, writer, imagesPart, 'the images of the lessons', imagesAbout);
      for (const each of programs) await packProgram(options, writer, each);
      await writer.finish();
    } finally {
      await writer.close();
    }
    await rename(partial, file);
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new ProviderError(
      `There is no room for the bundle in ${dirname(file)}.`,
      `Make room and give the command again: it goes on from what is in ${partial}. Or name a file elsewhere.`,
    );
  }
}

type AboutImages = Extract<About, { type: 'images' }>;

/** An image named by its digest alone could not be found again where it is loaded. */
async function tagged(options: CreateBundleOptions, image: string): Promise<string> {
  await present(options, image);
  const [name = image, hash] = image.split('@');
  if (hash === undefined) return image;
  const tag = /:[^/]+$/.test(name) ? name : `${name}:ordinal`;
  await options.docker.run(['tag', image, tag], { signal: options.signal });
  return tag;
}

async function aboutImages(options: CreateBundleOptions, names: readonly string[]): Promise<AboutImages> {
  const images: Record<string, string> = {};
  let bytes = 0;
  for (const name of names) {
    const { id, size } = await present(options, name);
    images[name] = id;
    bytes += size;
  }
  return { type: 'images', images, bytes };
}

async function present({ docker, signal, progress }: CreateBundleOptions, image: string) {
  const look = () => inspect(docker, image, '{{.Id}} {{.Size}}', signal);
  let found = await look();
  if (found === undefined) {
    progress(`pulling ${image}`);
    await docker.run(['pull', image], { signal }).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      throw new ProviderError(
        `The image ${image} is not here and cannot be pulled: ${lastLine(error.stderr)}`,
        'Pull it where a registry is reached. Another image for the nodes: --image IMAGE',
      );
    });
    found = await look();
  }
  const [id = '', size] = (found ?? '').split(' ');
  return { id, size: Number(size) };
}

async function packImages(
  { docker, signal, progress }: CreateBundleOptions,
  writer: BundleWriter,
  name: string,
  what: string,
  about: AboutImages,
): Promise<void> {
  progress(`packing ${what}`);
  const percent = percentages((done) => progress(`packing ${what}: ${done} %`));
  // Layers that images share are saved once, so that the sum of their sizes is a bound and not the size.
  const tell = (bytes: number) => percent(Math.min(bytes, about.bytes * 0.99), about.bytes);
  const there = await writer.add(name, about, async (sink) => {
    await docker.run(['save', ...Object.keys(about.images)], {
      signal,
      take: (output) => pipeline(output, counted(tell), createGzip({ level: 1 }), sink),
    });
  });
  progress(there ? `${what}: packed already` : `packing ${what}: 100 %`);
}

async function packProgram({ progress }: CreateBundleOptions, writer: BundleWriter, packed: PackedProgram) {
  const { program, version, platform, path } = packed;
  progress(`packing ${program} ${version}`);
  await writer.add(`${program}-${platform}`, { type: 'program', program, version, platform }, (sink) =>
    pipeline(createReadStream(path), sink),
  );
}

export interface LoadBundleOptions extends BundleOptions {
  readonly cacheFolder: string;
  /** Node's names: of this machine. */
  readonly platform: string;
  readonly arch: string;
}

/** Puts everything where it is looked for, but what is there already. Resolves with what the bundle says of itself. */
export async function loadBundle(options: LoadBundleOptions): Promise<BundleHead> {
  const { file, arch, cacheFolder } = options;
  const bundle = await BundleReader.open(file);
  try {
    const { head, parts } = bundle;
    if (head.architecture !== arch) {
      throw new ProviderError(
        `The bundle ${file} was made for ${head.architecture}, and this machine is ${arch}.`,
        `Make one on a machine that is ${arch}: ordinal bundle create FILE`,
      );
    }
    for (const part of parts) {
      if (part.about.type === 'images') await loadImages(options, bundle, part, part.about);
      else await loadProgram(options, bundle, part, part.about);
    }
    const node = parts.find(({ name }) => name === nodePart)?.about;
    if (node?.type === 'images') {
      await mkdir(cacheFolder, { recursive: true });
      const note = { nodeImage: Object.keys(node.images)[0] };
      await writeFile(bundleNote(cacheFolder), `${JSON.stringify(note, null, 2)}\n`);
    }
    return head;
  } finally {
    await bundle.close();
  }
}

async function loadImages(options: LoadBundleOptions, bundle: BundleReader, part: Part, about: AboutImages) {
  const { docker, signal, progress } = options;
  const what = part.name === nodePart ? 'the nodes’ image' : 'the images of the lessons';
  const known = await Promise.all(
    Object.entries(about.images).map(async ([name, id]) => (await inspect(docker, name, '{{.Id}}', signal)) === id),
  );
  if (known.every(Boolean)) return progress(`${what}: there already`);
  await verify(options, bundle, part, what);
  const { size } = part.entry;
  const percent = percentages((done) => progress(`loading ${what}: ${done} %`));
  const input = bundle.read(part, (bytes) => percent(bytes, size));
  await docker.run(['load', '--quiet'], { signal, input }).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    if (/no space left on device/i.test(error.stderr)) {
      throw new ProviderError(
        `Docker has no space left for ${what}.`,
        'Make room (docker system prune), then give the command again: what is loaded stays.',
      );
    }
    throw new ProviderError(`Docker could not load ${what}: ${lastLine(error.stderr)}`, 'Give the command again.');
  });
}

async function loadProgram(
  options: LoadBundleOptions,
  bundle: BundleReader,
  part: Part,
  { program, version, platform }: Extract<About, { type: 'program' }>,
): Promise<void> {
  const { progress, cacheFolder } = options;
  if (platform !== `${options.platform}-${options.arch}`) {
    return progress(`${program} is left out: it is for ${platform}, and looked for on this machine when it is needed`);
  }
  const path = cachedProgram(cacheFolder, program, version, platform);
  if ((await digest(path, 'sha256', 'hex').catch(() => undefined)) === part.sha256) {
    return progress(`${program} ${version}: there already`);
  }
  await verify(options, bundle, part, program);
  await makeFile(path, 0o755, async (temporary) => writeFile(temporary, bundle.read(part)));
  progress(`${program} ${version}: loaded`);
}

async function verify({ signal, progress }: LoadBundleOptions, bundle: BundleReader, part: Part, what: string) {
  const percent = percentages((done) => progress(`checking ${what}: ${done} %`));
  await bundle.verify(part, (done) => percent(done, part.entry.size), signal);
}

const bundleNote = (cacheFolder: string) => join(cacheFolder, 'bundle.json');

/** The nodes' image of the bundle that was loaded last. */
export async function bundledNodeImage(cacheFolder: string): Promise<string | undefined> {
  try {
    const { nodeImage } = JSON.parse(await readFile(bundleNote(cacheFolder), 'utf8')) as { nodeImage?: unknown };
    return typeof nodeImage === 'string' ? nodeImage : undefined;
  } catch {
    return undefined;
  }
}
