import { join } from 'node:path';
import { EmbeddedProvider } from '../clusters/embedded.ts';
import type { ClusterProvider } from '../clusters/provider.ts';
import { realImages } from '../workloads/images.ts';
import { usage } from './failure.ts';
import type { ImageChoice, ProviderName } from './options.ts';
import { cacheFolder, defaultDataFolder, distFolder } from './paths.ts';

/** The one place that names the providers' classes. */

export interface ProviderSettings {
  /** The data folder in which the cluster is kept. Without it an embedded one is in memory, and kind's in the usual one. */
  readonly data?: string;
  readonly kubeconfig?: string;
  readonly port?: number;
  readonly speed: 'learner' | 'max';
  /** How many seconds of declared durations pass in one. */
  readonly rate?: number;
  /** Runs the cluster in this thread rather than in one of its own. */
  readonly inProcess?: boolean;
  /** The nodes' image, and a configuration of kind's. */
  readonly image?: string;
  readonly config?: string;
  /** Which existing cluster, and how its sessions are held in. */
  readonly context?: string;
  readonly yes?: boolean;
  readonly podSecurity?: 'baseline' | 'restricted';
  /** Images that lessons name; all that come along when absent. */
  readonly images?: readonly string[];
}

export async function createProvider(name: ProviderName, settings: ProviderSettings): Promise<ClusterProvider> {
  const { data, kubeconfig, port, speed, rate, inProcess, image, config, images } = settings;
  switch (name) {
    case 'embedded':
      return new EmbeddedProvider({
        ...(data !== undefined && { folder: join(data, 'cluster') }),
        ...(kubeconfig !== undefined && { kubeconfig }),
        ...(port !== undefined && { port }),
        ...(rate !== undefined && { rate }),
        ...(inProcess && { inProcess }),
        speed,
        distFolder,
        verbose: Boolean(process.env.ORDINAL_VERBOSE),
      });
    case 'kubeconfig': {
      if (!settings.context) throw usage('Which cluster is not said.', 'Name its context: --context NAME');
      const { KubeconfigProvider } = await import('../clusters/kubeconfig.ts');
      return new KubeconfigProvider({
        folder: join(data ?? defaultDataFolder(process.env, process.platform), 'kubeconfig-provider'),
        context: settings.context,
        ...(settings.yes && { yes: true }),
        ...(settings.podSecurity && { security: settings.podSecurity }),
      });
    }
    case 'kind': {
      // Loaded when it is asked for: an embedded cluster alone starts without all that this brings along.
      const { KindProvider, kindClusterName } = await import('../clusters/kind.ts');
      const usual = defaultDataFolder(process.env, process.platform);
      const baseImage = process.env.ORDINAL_BASE_IMAGE;
      return new KindProvider({
        folder: join(data ?? usual, 'kind'),
        cluster: kindClusterName(data ?? usual, usual),
        bundles: join(distFolder, 'workloads'),
        cacheFolder: cacheFolder(process.env, process.platform),
        env: process.env,
        ...(kubeconfig !== undefined && { kubeconfig }),
        ...(image && { image }),
        ...(config !== undefined && { config }),
        ...(images && { images }),
        ...(baseImage && { baseImage }),
      });
    }
  }
}

/** In the catalogue, beside the provider's name. */
export const providerDescriptions: Record<ProviderName, string> = {
  embedded: 'Ordinal’s own Kubernetes, in this process: three simulated nodes, no Docker',
  kind: 'a real cluster made by kind: three nodes, each a Docker container',
  kubeconfig: 'an existing cluster: a namespace for each session, with limits',
};

/** Runs the Pod that looks names up for checks: it has dig, and every provider has it. */
export const proberImage = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

/** What a real cluster's nodes must have so that the lessons, and their checks, do not wait for a registry. */
export function imagesOf(lessons: readonly { readonly lesson?: { readonly images: readonly string[] } }[]): string[] {
  return [...new Set([...lessons.flatMap(({ lesson }) => lesson?.images ?? []), proberImage])];
}

/**
 * What lessons' images are called where the real thing is to run in place of its stand-ins.
 * @throws Failure where it cannot
 */
export function renamedImages({
  provider,
  images,
}: {
  readonly provider: ProviderName;
  readonly images?: ImageChoice;
}): ReadonlyMap<string, string> | undefined {
  if (images !== 'real') return undefined;
  if (provider === 'embedded') {
    throw usage(
      `The embedded cluster has no kernel to run ${[...realImages.values()].join(', ')}: it has their stand-ins.`,
      'Use --provider kind or --provider kubeconfig, or leave --images out.',
    );
  }
  return realImages;
}
