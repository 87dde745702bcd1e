import { busyboxLike, commands, program, text } from './base.ts';
import { type ImageFamily, versionTag } from './image.ts';

/** The image Kubernetes' own end-to-end tests use for almost everything, and those made like it. */
export const agnhostImages: readonly ImageFamily[] = [
  {
    repositories: ['registry.k8s.io/e2e-test-images/agnhost', 'gcr.io/kubernetes-e2e-test-images/agnhost'],
    hasTag: versionTag('2'),
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
  {
    repositories: ['registry.k8s.io/e2e-test-images/nonroot'],
    hasTag: versionTag('1'),
    sizeBytes: 40 * 1024 * 1024,
    config: { command: ['id'], env: { PATH: '/bin' }, user: { uid: 1234, gid: 1234 } },
    build: (files) => busyboxLike(files),
  },
];
