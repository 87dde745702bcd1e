import { imagePath, imageUser, workloadImages as known, programFolder } from '../../../workloads/images.ts';
import { debianLike, program, text } from './base.ts';
import type { ImageFamily } from './image.ts';

const debian = { id: 'debian', name: 'Debian GNU/Linux', version: '12', codename: 'bookworm' };
const { uid, gid, name: account } = imageUser;

/** Ordinal's example applications, and the public images they stand for. */
export const workloadImages: readonly ImageFamily[] = known.map((image) => ({
  repositories: [image, ...image.standsFor].map(({ repository }) => fullName(repository)),
  hasTag: (tag, repository) => {
    const alias = image.standsFor.find((other) => fullName(other.repository) === repository);
    return ['latest', ...(alias?.tags ?? [image.tag, `v${image.tag}`])].includes(tag);
  },
  sizeBytes: 78 * 1024 * 1024,
  config: {
    entrypoint: image.entrypoint,
    command: image.command,
    env: { PATH: imagePath, ...image.env },
    user: { uid, gid },
  },
  async build(files) {
    await debianLike(files, debian);
    await program(files, '/usr/local/bin/node', 'node');
    for (const [file, name] of Object.entries(image.programs)) {
      await program(files, `${programFolder}/${file}`, `workload:${name}`);
    }
    for (const [file, content] of Object.entries(image.scripts ?? {})) {
      await text(files, `${programFolder}/${file}`, content, 0o755);
    }
    const passwd = new TextDecoder().decode(await files.readFile('/etc/passwd'));
    await text(files, '/etc/passwd', `${passwd}${account}:x:${uid}:${gid}::/home/${account}:/bin/bash\n`);
    await text(
      files,
      '/etc/group',
      `${new TextDecoder().decode(await files.readFile('/etc/group'))}${account}:x:${gid}:\n`,
    );
    for (const folder of [`/home/${account}`, ...image.folders]) {
      await files.mkdir(folder, { recursive: true });
      await files.chown(folder, uid, gid);
    }
  },
}));

/** As the registry knows it: with the registry's name. */
function fullName(repository: string): string {
  const parts = repository.split('/');
  if (parts.length > 1 && parts[0]!.includes('.')) return repository;
  return `docker.io/${parts.length === 1 ? 'library/' : ''}${repository}`;
}
