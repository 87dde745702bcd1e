import { busyboxLike, commands, program, text } from './base.ts';
import type { ImageFamily } from './image.ts';
import { hasTag } from './tags.ts';

/** The image Kubernetes' own end-to-end tests use for almost everything, and those made like it. */
export const agnhostImages: readonly ImageFamily[] = [
  {
    repositories: ['registry.k8s.io/e2e-test-images/agnhost', 'gcr.io/kubernetes-e2e-test-images/agnhost'],
    hasTag: hasTag({ releases: { 2: 57 } }),
    sizeBytes: 53 * 1024 * 1024,
    config: {
      entrypoint: ['/agnhost'],
      command: ['pause'],
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    },
    async build(files) {
      await busyboxLike(files, '3.20.3');
      await program(files, '/agnhost', 'agnhost');
      await commands(files, '/usr/bin', ['curl', 'dig', 'host', 'jq']);
      await program(files, '/bin/bash', 'bash');
      await text(files, '/uploads/.keep', '');
    },
  },
  ...['nautilus', 'kitten'].map((name) => updateDemo(name)),
  {
    repositories: ['registry.k8s.io/e2e-test-images/nonroot'],
    hasTag: hasTag({ releases: { 1: 9 } }),
    sizeBytes: 40 * 1024 * 1024,
    config: { command: ['id'], env: { PATH: '/bin' }, user: { uid: 1234, gid: 1234 } },
    build: (files) => busyboxLike(files),
  },
];

/** The two looks of the update demo: a web server with a picture's name to tell them apart by. */
function updateDemo(name: string): ImageFamily {
  return {
    repositories: [`registry.k8s.io/e2e-test-images/${name}`],
    hasTag: hasTag({ releases: { 1: 9 } }),
    sizeBytes: 49 * 1024 * 1024,
    config: { entrypoint: ['/test-webserver'], env: { PATH: '/bin' } },
    async build(files) {
      await program(files, '/test-webserver', 'update-demo');
      await text(files, '/data.json', `{\n  "image": "${name}.jpg"\n}\n`);
    },
  };
}
