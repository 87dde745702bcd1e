import { debianLike, program } from './base.ts';
import type { ImageFamily } from './image.ts';
import { versionTag } from './image.ts';

/** Ordinal's example applications, and the public images they stand for. */

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const debian = { id: 'debian', name: 'Debian GNU/Linux', version: '12', codename: 'bookworm' };

interface WorkloadImage {
  readonly repositories: readonly string[];
  /** The program's name. */
  readonly workload: string;
  readonly tags: readonly string[];
}

export const workloadImageNames: readonly WorkloadImage[] = [
  {
    repositories: ['docker.io/ordinal/kubia', 'docker.io/luksa/kubia-pet', 'docker.io/luksa/kubia'],
    workload: 'kubia',
    tags: ['1', 'v1'],
  },
];

export const workloadImages: readonly ImageFamily[] = workloadImageNames.map(({ repositories, workload, tags }) => ({
  repositories,
  hasTag: versionTag(...tags),
  sizeBytes: 78 * 1024 * 1024,
  config: { entrypoint: ['node', `/app/${workload}.js`], env: { PATH: path, NODE_VERSION: '20.19.0' } },
  async build(files) {
    await debianLike(files, debian);
    await program(files, '/usr/local/bin/node', 'node');
    await program(files, `/app/${workload}.js`, `workload:${workload}`);
    await files.mkdir('/var/data', { recursive: true });
  },
}));
