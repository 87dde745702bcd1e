import { busyboxLike, commands, debianLike, networkCommands, program, text } from './base.ts';
import type { ImageFamily } from './image.ts';
import { hasTag } from './tags.ts';

/** Images that are a shell and commands: busybox, alpine, debian, ubuntu and those built on them. */

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const mebibyte = 1024 * 1024;

const debian = { id: 'debian', name: 'Debian GNU/Linux', version: '12', codename: 'bookworm' };
const netshoot = 'docker.io/nicolaka/netshoot';
const netshootTag = hasTag({ releases: { 0: 14 }, v: true });
const curlTag = hasTag({ releases: { 7: 88, 8: 17 } });
const ubuntu = { id: 'ubuntu', name: 'Ubuntu', version: '24.04', codename: 'noble' };

export const genericImages: readonly ImageFamily[] = [
  {
    repositories: [
      'docker.io/library/busybox',
      'registry.k8s.io/e2e-test-images/busybox',
      'registry.k8s.io/busybox',
      'gcr.io/google-containers/busybox',
    ],
    hasTag: hasTag({ releases: { 1: 37 }, names: ['stable', 'unstable'], variants: ['glibc', 'musl', 'uclibc'] }),
    sizeBytes: 2_167_176,
    config: { command: ['sh'], env: { PATH: path } },
    build: (files) => busyboxLike(files),
  },
  {
    repositories: ['docker.io/library/alpine'],
    hasTag: hasTag({ releases: { 2: 7, 3: 22 }, names: ['edge'] }),
    sizeBytes: 3_644_005,
    config: { command: ['/bin/sh'], env: { PATH: path } },
    build: (files) => busyboxLike(files, '3.20.3'),
  },
  {
    repositories: ['docker.io/library/debian'],
    hasTag: hasTag({
      releases: { 11: 11, 12: 12, 13: 2 },
      names: ['bookworm', 'bullseye', 'trixie', 'oldstable', 'stable', 'testing', 'unstable', 'sid'],
      variants: ['slim', 'backports'],
    }),
    sizeBytes: 28 * mebibyte,
    config: { command: ['bash'], env: { PATH: path } },
    build: (files) => debianLike(files, debian),
  },
  {
    repositories: ['docker.io/library/ubuntu'],
    hasTag: hasTag({ releases: { 20: 10, 22: 10, 24: 10 }, names: ['focal', 'jammy', 'noble', 'rolling'] }),
    sizeBytes: 29 * mebibyte,
    config: { command: ['/bin/bash'], env: { PATH: path } },
    build: (files) => debianLike(files, ubuntu),
  },
  {
    repositories: [
      'docker.io/tutum/dnsutils',
      'registry.k8s.io/e2e-test-images/jessie-dnsutils',
      'gcr.io/kubernetes-e2e-test-images/dnsutils',
      'registry.k8s.io/e2e-test-images/dnsutils',
    ],
    hasTag: hasTag({ releases: { 1: 9 } }),
    sizeBytes: 112 * mebibyte,
    config: { command: ['bash'], env: { PATH: path } },
    async build(files) {
      await debianLike(files, debian);
      await commands(files, '/usr/bin', ['ping', 'wget', 'nc']);
    },
  },
  {
    repositories: [netshoot, 'docker.io/curlimages/curl'],
    hasTag: (tag, repository) => (repository === netshoot ? netshootTag : curlTag)(tag),
    sizeBytes: 180 * mebibyte,
    config: { command: ['/bin/sh'], env: { PATH: path } },
    async build(files) {
      await busyboxLike(files, '3.20.3');
      await commands(files, '/usr/bin', ['curl', 'dig', 'host', 'jq', ...networkCommands]);
      await program(files, '/bin/bash', 'bash');
    },
  },
  {
    repositories: ['docker.io/library/node'],
    hasTag: hasTag({
      releases: { 18: 20, 20: 19, 22: 21, 24: 11 },
      names: ['lts', 'current', 'hydrogen', 'iron', 'jod', 'krypton'],
      variants: ['alpine', 'bookworm', 'bullseye', 'trixie', 'slim'],
    }),
    sizeBytes: 76 * mebibyte,
    config: { command: ['node'], env: { PATH: path, NODE_VERSION: '20.19.0' } },
    async build(files) {
      await debianLike(files, debian);
      await program(files, '/usr/local/bin/node', 'node');
    },
  },
  {
    repositories: ['docker.io/polinux/stress', 'docker.io/vish/stress'],
    hasTag: hasTag({ releases: { 1: 9 } }),
    sizeBytes: 5 * mebibyte,
    config: { command: ['stress'], env: { PATH: path } },
    async build(files) {
      await busyboxLike(files, '3.20.3');
      await program(files, '/usr/local/bin/stress', 'stress');
    },
  },
  {
    repositories: ['registry.k8s.io/pause', 'docker.io/kindest/pause'],
    hasTag: hasTag({ releases: { 3: 10 } }),
    sizeBytes: 309_000,
    config: { entrypoint: ['/pause'], env: { PATH: path }, user: { uid: 65_535, gid: 65_535 } },
    async build(files) {
      await program(files, '/pause', 'pause');
      await text(files, '/etc/passwd', 'root:x:0:0:root:/root:/sbin/nologin\n');
    },
  },
];
