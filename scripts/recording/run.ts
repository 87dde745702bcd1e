import { execa } from 'execa';
import { type Environment, type Target, Workspace } from './environment.ts';
import type { RecordedCommand, Recording } from './recording.ts';
import type { Scenario, Step } from './scenario.ts';

export interface RunOptions {
  readonly target: Target;
  /** How many scenarios run at a time. */
  readonly parallel: number;
  /** Leaves the namespaces of scenarios that are not exclusive, for a cluster that is thrown away afterwards. */
  readonly leave?: boolean;
  /** The images the scenarios use, pulled to every node before they begin. */
  readonly images: readonly string[];
  onFinish?(recording: Recording, seconds: number): void;
}

/** What all scenarios may use: a Pod whose image is there already starts, and is described, the same way everywhere. */
export const scenarioImages = [
  'registry.k8s.io/e2e-test-images/agnhost:2.53',
  'registry.k8s.io/e2e-test-images/httpd:2.4.38-4',
  'registry.k8s.io/e2e-test-images/httpd:2.4.39-4',
  'busybox:1.36',
];

/**
 * Runs scenarios and returns how each went. Exclusive ones go first, one after the other, on a cluster with nothing else
 * in it; the others follow side by side. Rejects when the cluster cannot be reached, never because of what a command says.
 */
export async function runScenarios(scenarios: readonly Scenario[], options: RunOptions): Promise<Recording[]> {
  const workspace = new Workspace(options.target);
  try {
    const preparation = await workspace.prepare({ name: 'recording-images', files: {} });
    const versions = await readVersions(preparation);
    const nodes = await readNodeNames(preparation);
    await deleteNamespaces(preparation, ['recording-images', ...scenarios.map(({ name }) => name)]);
    await pullImages(preparation, options.images);

    const record = async (scenario: Scenario): Promise<Recording> => {
      const files = Object.entries(scenario.files).map(([path, content]) => [path, nodes.there(content)]);
      const environment = await workspace.prepare({ ...scenario, files: Object.fromEntries(files) });
      await createNamespace(environment, scenario.name);
      const started = performance.now();
      const commands = await runSteps(scenario.steps, environment, nodes);
      const recording = { scenario: scenario.name, ...versions, recorded: today(), commands };
      options.onFinish?.(recording, (performance.now() - started) / 1000);
      return recording;
    };

    const recordings: Recording[] = [];
    for (const scenario of scenarios.filter(({ exclusive }) => exclusive)) {
      recordings.push(await record(scenario));
      await deleteNamespaces(preparation, [scenario.name]);
    }
    const others = scenarios.filter(({ exclusive }) => !exclusive);
    recordings.push(...(await inParallel(others, options.parallel, record)));
    if (!options.leave) {
      const names = others.map(({ name }) => name);
      await deleteNamespaces(preparation, names);
    }
    return recordings;
  } finally {
    workspace.remove();
  }
}

async function runSteps(
  steps: readonly Step[],
  environment: Environment,
  nodes: NodeNames,
): Promise<RecordedCommand[]> {
  const commands: RecordedCommand[] = [];
  for (const step of steps) {
    const typed = { ...step, run: nodes.there(step.run) };
    const { stdout, stderr, exitCode } = await (step.settles ? settle : runStep)(typed, environment);
    commands.push({ command: step.run, exitCode, stdout: nodes.here(stdout), stderr: nodes.here(stderr) });
  }
  return commands;
}

/** Again until it succeeds, as `kubectl wait` gives up after half a minute by itself, or the time for it is over. */
async function settle(step: Step, environment: Environment): Promise<RecordedCommand> {
  const end = performance.now() + step.timeoutSeconds * 1000;
  for (;;) {
    const seconds = (end - performance.now()) / 1000;
    const command = await runStep({ ...step, timeoutSeconds: seconds }, environment);
    if (command.exitCode === 0 || performance.now() + 1000 > end) return command;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** In a process group of its own: a proxy that a command left running ends with the command. */
async function runStep(step: Step, environment: Environment): Promise<RecordedCommand> {
  const child = execa('bash', ['-c', step.run], {
    cwd: environment.folder,
    env: environment.variables,
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
  });
  let late = false;
  const endGroup = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  };
  const timer = setTimeout(() => {
    late = true;
    endGroup();
  }, step.timeoutSeconds * 1000);
  const { exitCode = 1, stdout, stderr } = await child;
  clearTimeout(timer);
  endGroup();
  return { command: step.run, exitCode: late ? 124 : exitCode, stdout, stderr };
}

async function kubectl(environment: Environment, args: readonly string[], input?: object): Promise<string> {
  const { stdout } = await execa('kubectl', args, {
    cwd: environment.folder,
    env: environment.variables,
    extendEnv: false,
    ...(input && { input: JSON.stringify(input) }),
  });
  return stdout;
}

async function readVersions(environment: Environment): Promise<{ server: string; kubectl: string }> {
  const text = await kubectl(environment, ['version', '--output=json']);
  const versions = JSON.parse(text) as Record<'clientVersion' | 'serverVersion', { gitVersion: string }>;
  return { server: versions.serverVersion.gitVersion, kubectl: versions.clientVersion.gitVersion };
}

/** Scenarios and recordings call the nodes ordinal-worker and so on; kind names them after the cluster. */
interface NodeNames {
  there(text: string): string;
  here(text: string): string;
}

async function readNodeNames(environment: Environment): Promise<NodeNames> {
  const controlPlane = 'node-role.kubernetes.io/control-plane';
  const name = await kubectl(environment, ['get', 'nodes', '--selector', controlPlane, '--output=name']);
  const prefix = /^node\/(.+)-control-plane$/m.exec(name)?.[1] ?? 'ordinal';
  return {
    there: (text) => text.replace(/\bordinal-(control-plane|worker)/g, `${prefix}-$1`),
    // In a table the columns stay where they are.
    here: (text) =>
      text
        .replace(new RegExp(`${prefix}-([a-z0-9-]+)(?=  )`, 'g'), (name, node) => `ordinal-${node}`.padEnd(name.length))
        .replaceAll(`${prefix}-`, 'ordinal-')
        .replaceAll(`//docker/${prefix}/`, '//docker/ordinal/'),
  };
}

/** A namespace is ready for Pods once it has the account they run as and the certificates they mount. */
async function createNamespace(environment: Environment, name: string): Promise<void> {
  await kubectl(environment, ['create', 'namespace', name]);
  const created = ['--for=create', 'serviceaccount/default', 'configmap/kube-root-ca.crt'];
  await kubectl(environment, ['wait', '--namespace', name, ...created, '--timeout=60s']);
}

async function deleteNamespaces(environment: Environment, names: readonly string[]): Promise<void> {
  const existing = await kubectl(environment, ['get', 'namespaces', ...names, '--ignore-not-found', '--output=name']);
  if (existing) await kubectl(environment, ['delete', ...existing.split('\n'), '--timeout=300s']);
}

/** A Pod on every node, the control plane's included, with a container of each image. */
async function pullImages(environment: Environment, images: readonly string[]): Promise<void> {
  if (!images.length) return;
  const namespace = 'recording-images';
  await createNamespace(environment, namespace);
  const containers = images.map((image, index) => ({ name: `image-${index}`, image, command: ['sleep', '3600'] }));
  const nodes = await kubectl(environment, ['get', 'nodes', '--output=jsonpath={.items[*].metadata.name}']);
  for (const nodeName of nodes.split(' ')) {
    await kubectl(environment, ['create', '--filename=-'], {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: nodeName, namespace },
      spec: { nodeName, containers, terminationGracePeriodSeconds: 0 },
    });
  }
  await kubectl(environment, ['wait', '--for=condition=Ready', 'pods', '--all', '-n', namespace, '--timeout=300s']);
  await deleteNamespaces(environment, [namespace]);
}

const today = () => new Date().toISOString().slice(0, 10);

async function inParallel<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: limit }, lane));
  return results;
}
