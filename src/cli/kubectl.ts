import type { FindProgramOptions } from '../clusters/fetch/program.ts';
import { findKubectl, type Kubectl } from '../clusters/kubectl.ts';
import { cacheFolder } from './paths.ts';

/** The kubectl for a cluster of that version, as this machine's user has it or with what is fetched for all of ours. */
export function kubectlFor(
  clusterVersion: string,
  options: Pick<FindProgramOptions, 'signal' | 'progress' | 'offline'>,
): Promise<Kubectl> {
  return findKubectl({
    clusterVersion,
    env: process.env,
    cacheFolder: cacheFolder(process.env, process.platform),
    ...options,
  });
}
