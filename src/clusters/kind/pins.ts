import type { Pins } from '../fetch/program.ts';

/**
 * The one kind that is fetched where a machine has none that fits, and the node image that was made for it. Checksums
 * stand here, not beside the download: a file published next to a program proves nothing about it.
 */

export const kindVersion = 'v0.30.0';

/** The oldest kind that runs node images with containerd 2, as kind's notes on its releases say. */
export const oldestKind = 'v0.27.0';

/** "platform-arch", as Node names them, to what kind's releases call it and the SHA-256 of the program. */
export const kindPins: Pins = {
  'linux-x64': {
    path: 'kind-linux-amd64',
    sha256: '517ab7fc89ddeed5fa65abf71530d90648d9638ef0c4cde22c2c11f8097b8889',
  },
  'linux-arm64': {
    path: 'kind-linux-arm64',
    sha256: '7ea2de9d2d190022ed4a8a4e3ac0636c8a455e460b9a13ccf19f15d07f4f00eb',
  },
  'darwin-x64': {
    path: 'kind-darwin-amd64',
    sha256: '4f0b6e3b88bdc66d922c08469f05ef507d4903dd236e6319199bb9c868eed274',
  },
  'darwin-arm64': {
    path: 'kind-darwin-arm64',
    sha256: 'ceaf40df1d1551c481fb50e3deb5c3deecad5fd599df5469626b70ddf52a1518',
  },
};

export const downloadBase = `https://kind.sigs.k8s.io/dl/${kindVersion}`;

/** kind's source as a Go module, for machines with Go that reach a module proxy and nothing else. */
export const goPin = {
  module: `sigs.k8s.io/kind@${kindVersion}`,
  /** As go.sum files write it. */
  sum: 'h1:2Xi1KFEfSMm0XDcvKnUt15ZfgRPCT0OnCBbpgh8DztY=',
} as const;

/** Kubernetes 1.33 as kind v0.30.0 publishes it. */
export const nodeImage = 'kindest/node:v1.33.4@sha256:25a6018e48dfcaee478f4a59af81157a437f15e6e140bf103f85a2e7cd0cbbf2';
