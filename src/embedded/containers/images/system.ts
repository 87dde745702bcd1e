import { program, text } from './base.ts';
import type { ImageFamily } from './image.ts';

/** The images that kind's own Pods run. Here they only run: the cluster does their work itself. */

const mebibyte = 1024 * 1024;

const system: readonly (readonly [repository: string, command: string, megabytes: number])[] = [
  ['registry.k8s.io/coredns/coredns', '/coredns', 20],
  ['registry.k8s.io/etcd', '/usr/local/bin/etcd', 58],
  ['registry.k8s.io/kube-apiserver', '/usr/local/bin/kube-apiserver', 98],
  ['registry.k8s.io/kube-controller-manager', '/usr/local/bin/kube-controller-manager', 92],
  ['registry.k8s.io/kube-scheduler', '/usr/local/bin/kube-scheduler', 71],
  ['registry.k8s.io/kube-proxy', '/usr/local/bin/kube-proxy', 96],
  ['docker.io/kindest/kindnetd', '/bin/kindnetd', 38],
  ['docker.io/kindest/local-path-provisioner', '/usr/local/bin/local-path-provisioner', 20],
  ['docker.io/kindest/local-path-helper', '/usr/local/bin/local-path-helper', 2],
];

export const systemImages: readonly ImageFamily[] = system.map(([repository, command, megabytes]) => ({
  repositories: [repository],
  // What kubeadm and kind of any release name: v1.33.13, 3.5.24-0, v20250512-df8de77b.
  hasTag: (tag) => /^(v?\d+\.\d+\.\d+(-\d+)?|v\d{8}-[0-9a-f]{8})$/.test(tag),
  sizeBytes: megabytes * mebibyte,
  config: { entrypoint: [command], env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' } },
  async build(files) {
    await program(files, command, `service:${command.slice(command.lastIndexOf('/') + 1)}`);
    await text(
      files,
      '/etc/passwd',
      'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
    );
  },
}));
