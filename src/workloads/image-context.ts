import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { imagePath, imageUser, programFolder, type WorkloadImage } from './images.ts';

/** What the images are built on unless told otherwise: any Debian with Node 20.19 or later. */
export const defaultBase = 'node:20-bookworm-slim';

/** What all of the images have in common, so that a node holds it once. */
export const commonImage = 'ordinal/base:1';

/** What a running application has no use for: with the stand-in base it makes the difference to 200 MB. */
const needless = [
  '/etc/apt',
  '/opt/yarn*',
  '/usr/bin/*perl*',
  '/usr/bin/apt*',
  '/usr/bin/dpkg*',
  '/usr/include',
  '/usr/lib/*/gconv',
  '/usr/lib/*/libapt*',
  '/usr/lib/*/libicui*',
  '/usr/lib/*/libicut*',
  '/usr/lib/*/perl*',
  '/usr/lib/apt',
  '/usr/local/include',
  '/usr/local/lib/node_modules',
  '/usr/local/share/man',
  '/usr/sbin/*',
  '/usr/share/common-licenses',
  '/usr/share/doc',
  '/usr/share/info',
  '/usr/share/locale',
  '/usr/share/man',
  '/usr/share/perl*',
  '/usr/share/zoneinfo',
  '/var/cache/*',
  '/var/lib/apt',
  '/var/lib/dpkg',
  '/var/log/*',
];

/** The Dockerfile of the common image. It needs no context: `docker build -t ordinal/base:1 - < Dockerfile`. */
export function commonDockerfile(base: string = defaultBase): string {
  const { uid, gid, name } = imageUser;
  return [
    `FROM ${base} AS files`,
    'USER root',
    `RUN rm -rf ${needless.join(' ')} \\`,
    ` && (grep -q '^[^:]*:[^:]*:${uid}:' /etc/passwd || echo '${name}:x:${uid}:${gid}::/home/${name}:/bin/bash' >> /etc/passwd) \\`,
    ` && (grep -q '^[^:]*:[^:]*:${gid}:' /etc/group || echo '${name}:x:${gid}:' >> /etc/group) \\`,
    ` && mkdir -p /home/${name} && chown -R ${uid}:${gid} /home/${name}`,
    '',
    // Copied whole into an empty image: what was removed would otherwise still lie in a layer below.
    'FROM scratch',
    'COPY --from=files / /',
    `ENV PATH=${imagePath}`,
    '',
  ].join('\n');
}

/** The Dockerfile of an application's image, for the context that `writeContext` makes. */
export function dockerfile(image: WorkloadImage): string {
  const { uid, gid } = imageUser;
  const folders = image.folders.join(' ');
  return [
    `FROM ${commonImage}`,
    'USER root',
    'COPY root/ /',
    ...(folders === '' ? [] : [`RUN mkdir -p ${folders} && chown ${uid}:${gid} ${folders}`]),
    ...Object.entries(image.env ?? {}).map(([key, value]) => `ENV ${key}=${JSON.stringify(value)}`),
    `USER ${uid}:${gid}`,
    ...image.ports.map((port) => `EXPOSE ${port}`),
    `ENTRYPOINT ${JSON.stringify(image.entrypoint)}`,
    ...(image.command ? [`CMD ${JSON.stringify(image.command)}`] : []),
    `LABEL org.opencontainers.image.title=${JSON.stringify(`${image.repository}:${image.tag}`)}`,
    '',
  ].join('\n');
}

/**
 * Makes the folder that `docker build FOLDER` takes: the Dockerfile, and under root/ what goes into the image.
 *
 * @param bundles the folder with the built BUNDLE.js files. Each is one file, without others beside it.
 */
export async function writeContext(
  image: WorkloadImage,
  { folder, bundles }: { folder: string; bundles: string },
): Promise<void> {
  const application = `/app/${image.bundle}.js`;
  const inside = join(folder, 'root', application);
  await mkdir(dirname(inside), { recursive: true });
  await copyFile(join(bundles, `${image.bundle}.js`), inside);
  // What is bundled are ES modules, and nothing above says so.
  await writeFile(join(folder, 'root/app/package.json'), '{ "type": "module" }\n');
  await writeFile(join(folder, 'Dockerfile'), dockerfile(image));
  for (const [file, content] of Object.entries(executables(image, application))) {
    const path = join(folder, 'root', programFolder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    await chmod(path, 0o755);
  }
}

function executables(image: WorkloadImage, application: string): Record<string, string> {
  const programs = Object.entries(image.programs).map(([file, program]): [string, string] => [
    file,
    `#!/bin/sh\nexec node ${application} ${program} "$@"\n`,
  ]);
  return { ...Object.fromEntries(programs), ...image.scripts };
}
