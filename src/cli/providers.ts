import { EmbeddedProvider } from '../clusters/embedded.ts';
import type { ClusterProvider } from '../clusters/provider.ts';
import type { ProviderName } from './options.ts';
import { distFolder } from './paths.ts';

/** The one place that names the providers' classes. */

export interface ProviderSettings {
  /** Where the cluster is kept; in memory when absent. */
  readonly folder?: string;
  readonly kubeconfig?: string;
  readonly port?: number;
  readonly speed: 'learner' | 'max';
  /** How many seconds of declared durations pass in one. */
  readonly rate?: number;
  /** Runs the cluster in this thread rather than in one of its own. */
  readonly inProcess?: boolean;
}

export function createProvider(name: ProviderName, settings: ProviderSettings): ClusterProvider {
  switch (name) {
    case 'embedded':
      return new EmbeddedProvider({ ...settings, distFolder, verbose: Boolean(process.env.ORDINAL_VERBOSE) });
  }
}

/** In the catalogue, beside the provider's name. */
export const providerDescriptions: Record<ProviderName, string> = {
  embedded: 'Ordinal’s own Kubernetes, in this process: three simulated nodes, no Docker',
};

/** Runs the Pod that looks names up for checks: it has dig, and every provider has it. */
export const proberImage = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
