import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sentence } from '../../checks/text.ts';
import { restoreNodes } from '../../clusters/nodes.ts';
import { ProviderError, type RunningCluster } from '../../clusters/provider.ts';
import { RealClock } from '../../embedded/clock.ts';
import { createTools, type LoadedLesson } from '../../lessons/load.ts';
import { LessonRenderer } from '../../lessons/render.ts';
import { Sessions } from '../../progress/sessions.ts';
import { openProgressStore } from '../../progress/store.ts';
import { type RunningServer, startServer } from '../../server/server.ts';
import { StaticFiles } from '../../server/static-files.ts';
import { loadNodePty } from '../../terminal/node-pty.ts';
import { installIntegration } from '../../terminal/shell.ts';
import { ClusterState } from '../cluster-state.ts';
import { Failure, usage } from '../failure.ts';
import { kubectlFor } from '../kubectl.ts';
import { type Channel, openChannel } from '../node/channel.ts';
import type { ContextOptions, ImageChoice, KindOptions, ProviderName } from '../options.ts';
import { distFolder } from '../paths.ts';
import { progressPrinter } from '../progress.ts';
import { createProvider, imagesOf, proberImage, providerDescriptions, renamedImages } from '../providers.ts';
import { stopRequested } from '../signals.ts';
import { terminalEnvironment } from '../terminal-environment.ts';
import { version } from '../version.ts';
import { LessonShelf } from './lesson-shelf.ts';
import { listenWhereItWas } from './port.ts';

export interface RunLearnOptions extends KindOptions, ContextOptions {
  readonly host: string;
  /** Absent: the one of last time. */
  readonly port?: number;
  readonly allowedHost: readonly string[];
  readonly lessons: string;
  readonly provider: ProviderName;
  /** Stand-ins, when absent. */
  readonly images?: ImageChoice;
  /** The data folder, owned by this process. */
  readonly folder: string;
  /** Called with the page's link once it is served. */
  opened(link: string): void;
  /** For whoever writes lessons: they are read anew when they change, and this is told. */
  attend?(desk: Desk): Attendant;
}

/** What there is to work with once the page is served. */
export interface Desk {
  readonly sessions: Sessions;
  lessons(): readonly LoadedLesson[];
}

export interface Attendant {
  /** The files of a lesson have changed. */
  changed(id: string): void;
  close(): void;
}

/** Serves the lessons until asked to stop: the page at once, the cluster as soon as it is up. */
export async function runLearn(options: RunLearnOptions): Promise<void> {
  const { folder } = options;
  if (!existsSync(options.lessons)) {
    throw usage(`There is no lessons folder ${options.lessons}.`, 'Name one that holds lessons: --lessons FOLDER');
  }
  const clock = new RealClock();
  const stopping = stopRequested();
  const stop = new AbortController();
  const shelf = new LessonShelf(options.lessons, createTools(renamedImages(options)));
  const { image, config, context, yes, podSecurity } = options;
  const provider = await createProvider(options.provider, {
    data: folder,
    speed: 'learner',
    ...(image && { image }),
    ...(context && { context }),
    ...(yes && { yes }),
    ...(podSecurity && { podSecurity }),
    ...(config !== undefined && { config }),
    ...(options.provider === 'kind' && { images: imagesOf(shelf.all()) }),
  });
  const state = new ClusterState(provider.name);
  const print = progressPrinter(process.stderr);
  // To whoever looks at the terminal, too: what was lost with a cluster is not to pass with the next message.
  const progress = (message: string) => {
    print(message);
    state.set({ state: 'starting', message });
  };
  const problem = (error: unknown) => console.error(error instanceof Error ? error.message : error);

  let cluster: RunningCluster | undefined;
  let channel: Channel | undefined;
  const up = (async () => {
    cluster = await provider.up({ signal: stop.signal, progress });
    channel = await openChannel(folder, cluster);
    const kubectl = await kubectlFor(cluster.version, { signal: stop.signal, progress });
    state.set({ state: 'ready', version: cluster.version });
    cluster.failed.catch((error) => fail(error));
    const running = cluster;
    return {
      kubeconfig: running.kubeconfig,
      kubectlFolder: kubectl.folder,
      space: running.space,
      restoreNodes: () => restoreNodes(running, clock, stop.signal),
    };
  })();
  const fail = (error: unknown) => {
    if (stop.signal.aborted) return;
    // Where one ends in another program's words, it may have no full stop.
    const message = error instanceof ProviderError ? `${sentence(error.message)} ${error.remedy}` : String(error);
    state.set({ state: 'failed', message });
    console.error(`error: ${message}`);
  };
  up.catch(fail);

  const integration = join(folder, 'shell');
  installIntegration(integration);
  const store = openProgressStore(folder, problem);
  const sessions = new Sessions({
    folder: join(folder, 'sessions'),
    integration,
    store,
    clock,
    // Loaded when the first terminal opens: the page is up sooner.
    spawn: await loadNodePty(),
    env: terminalEnvironment(folder, process.env),
    platform: process.platform,
    proberImage,
    problem,
    cluster: () => up,
    ...(provider.namespaceOf && { namespaceOf: (session: string) => provider.namespaceOf!(session) }),
  });
  let server: RunningServer | undefined;
  let attendant: Attendant | undefined;
  try {
    server = await listenWhereItWas(folder, options.port, (port) =>
      startServer({
        host: options.host,
        port,
        allowedHosts: options.allowedHost,
        dataFolder: folder,
        files: webBuild(),
        product: { version },
        provider: {
          name: provider.name,
          description: providerDescriptions[options.provider],
          capabilities: provider.capabilities,
        },
        sessions,
        cluster: state,
        clock,
        lessons: () => shelf.all(),
        renderer: new LessonRenderer(),
      }),
    );
    const link = server.link();
    console.log(`Ordinal is ready. Open ${link}`);
    console.log('Ctrl-C stops it; what you did stays.');
    if (provider.halt) console.log('The cluster goes on running: "ordinal cluster down" stops it.');
    options.opened(link);
    if (options.attend || process.env.ORDINAL_DEV) {
      shelf.watch((id) => {
        void server?.lessonChanged(id).catch(problem);
        attendant?.changed(id);
      });
    }
    // After that: what is saved once its first words are read is seen.
    attendant = options.attend?.({ sessions, lessons: () => shelf.all() });
    const signal = await stopping;
    if (signal === 'SIGINT') process.stdout.write('\n');
  } finally {
    stop.abort(new Error('Ordinal stops'));
    attendant?.close();
    shelf.close();
    await server?.stop();
    await sessions.closeAll();
    await store.close();
    await up.catch(() => undefined);
    channel?.close();
    await cluster?.stop();
  }
}

function webBuild(): StaticFiles {
  try {
    return new StaticFiles(join(distFolder, 'web'));
  } catch {
    throw new Failure(`The web interface is not in ${distFolder}.`, 'Build it: npm run build');
  }
}
