import { join, resolve } from 'node:path';
import { createBundle, loadBundle } from '../../clusters/bundle.ts';
import { checkDocker } from '../../clusters/kind/docker.ts';
import { findKind } from '../../clusters/kind/find.ts';
import { buildImages } from '../../clusters/kind/images.ts';
import { nodeImage } from '../../clusters/kind/pins.ts';
import { Program } from '../../clusters/kind/program.ts';
import { findKubectl } from '../../clusters/kubectl.ts';
import { workloadNames, workloadSource } from '../../clusters/workloads.ts';
import { createTools, loadLesson } from '../../lessons/load.ts';
import type { BundleCreateOptions } from '../commands/bundle.ts';
import { Failure } from '../failure.ts';
import { foldersOfLessons } from '../lessons.ts';
import { cacheFolder, distFolder } from '../paths.ts';
import { progressPrinter } from '../progress.ts';
import { imagesOf } from '../providers.ts';
import { abortedBySignal } from '../signals.ts';
import { version } from '../version.ts';

/** Packs what `ordinal learn --provider kind` would otherwise fetch. */
export async function bundleCreate(file: string, { image, lessons }: BundleCreateOptions): Promise<void> {
  const folders = foldersOfLessons(lessons);
  const { docker, signal, progress } = await surroundings();
  const tools = createTools();
  const loaded = folders.map((folder) => loadLesson(folder, tools));
  const images = [...new Set([...workloadNames, ...imagesOf(loaded)])];
  const source = workloadSource(join(distFolder, 'workloads'), process.env.ORDINAL_BASE_IMAGE);
  const found = { env: process.env, cacheFolder: cache(), signal, progress, pinned: true };
  const [kind, kubectl] = [await findKind(found), await findKubectl({ ...found, clusterVersion: '1.33' })];
  const own = images.filter((name) => source.images[name]);
  await buildImages({ docker, source, signal, progress }, own);
  const platform = `${process.platform}-${process.arch}`;
  const bytes = await createBundle({
    file: resolve(file),
    docker,
    signal,
    progress,
    head: { format: 1, product: version, architecture: process.arch },
    nodeImage: image ?? nodeImage,
    images,
    programs: [
      { program: 'kind', version: kind.version, platform, path: kind.path },
      { program: 'kubectl', version: kubectl.version, platform, path: kubectl.path },
    ],
  });
  console.log(`${file}: ${Math.round(bytes / 1024 ** 2)} MB. On the other machine: ordinal bundle load ${file}`);
}

export async function bundleLoad(file: string): Promise<void> {
  const { docker, signal, progress } = await surroundings();
  const { product } = await loadBundle({
    file: resolve(file),
    docker,
    signal,
    progress,
    cacheFolder: cache(),
    platform: process.platform,
    arch: process.arch,
  });
  if (product !== version) {
    console.error(`The bundle was made by Ordinal ${product}, and this is ${version}: its images may not be the ones`);
    console.error('that are looked for, and are then built anew. Make it with the version that it is for.');
  }
  console.log('loaded; "ordinal learn --provider kind" needs nothing more from outside');
}

const cache = () => cacheFolder(process.env, process.platform);

async function surroundings() {
  const { signal } = abortedBySignal(new Failure('Stopped.', 'Given again, the command goes on from there.'));
  const docker = new Program('docker', process.env);
  await checkDocker(docker, { platform: process.platform, signal });
  return { docker, signal, progress: progressPrinter(process.stderr) };
}
