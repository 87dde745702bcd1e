import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import type { Scenario } from './scenario.ts';

/** A cluster to run scenarios on, and the kubectl to do it with. */
export interface Target {
  readonly kubeconfig: string;
  readonly kubectl: string;
}

/** Where commands run: nothing of the machine's own configuration reaches them. */
export interface Environment {
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
}

interface KubeconfigView {
  readonly clusters: readonly { readonly cluster: object }[];
  readonly users: readonly { readonly user: object }[];
}

/**
 * Waits for what no `kubectl wait` can ask for: `eventually COMMAND` runs it until it succeeds, and prints nothing.
 * The command's time limit ends it.
 */
const eventually = '#!/usr/bin/env bash\nuntil bash -c "$1" >/dev/null 2>&1; do sleep 0.2; done\n';

/** Saves what `kubectl edit` opens after a sed script changed it: `KUBE_EDITOR='edit SCRIPT' kubectl edit …`. */
const edit = '#!/usr/bin/env bash\nsed -E "$1" "$2" > "$2.new" && mv "$2.new" "$2"\n';

/** A folder for a run with the tools that scenarios call; `remove` deletes it with everything in it. */
export class Workspace {
  readonly #target: Target;
  readonly #folder = mkdtempSync(join(tmpdir(), 'recording-'));

  constructor(target: Target) {
    this.#target = target;
    const tools = join(this.#folder, 'bin');
    mkdirSync(tools);
    symlinkSync(resolve(target.kubectl), join(tools, 'kubectl'));
    for (const [name, script] of Object.entries({ eventually, edit })) {
      writeFileSync(join(tools, name), script);
      chmodSync(join(tools, name), 0o755);
    }
  }

  /** Lays a scenario's files out, with a kubeconfig whose context is its namespace. */
  async prepare(scenario: Pick<Scenario, 'name' | 'files'>): Promise<Environment> {
    const folder = join(this.#folder, 'scenarios', scenario.name);
    mkdirSync(folder, { recursive: true });
    for (const [path, content] of Object.entries(scenario.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const kubeconfig = join(this.#folder, `${scenario.name}.kubeconfig`);
    writeFileSync(kubeconfig, JSON.stringify(await this.#kubeconfig(scenario.name)), { mode: 0o600 });
    return { folder, variables: this.#variables(kubeconfig) };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** One context under names that every cluster gets here, so that `kubectl config` shows no provider's. */
  async #kubeconfig(namespace: string): Promise<object> {
    const { kubectl, kubeconfig } = this.#target;
    const options = ['config', 'view', '--raw', '--minify', '--flatten', '--output=json', `--kubeconfig=${kubeconfig}`];
    const view = JSON.parse((await execa(kubectl, options)).stdout) as KubeconfigView;
    return {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'ordinal', cluster: view.clusters[0]!.cluster }],
      users: [{ name: 'learner', user: view.users[0]!.user }],
      contexts: [{ name: 'ordinal', context: { cluster: 'ordinal', user: 'learner', namespace } }],
      'current-context': 'ordinal',
    };
  }

  #variables(kubeconfig: string): Record<string, string> {
    return {
      PATH: [join(this.#folder, 'bin'), process.env.PATH ?? ''].join(delimiter),
      HOME: join(this.#folder, 'home'),
      KUBECONFIG: kubeconfig,
      // kubectl ends before collecting its garbage would have paid.
      GOGC: 'off',
      KUBECACHEDIR: join(this.#folder, 'cache'),
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      TERM: 'dumb',
    };
  }
}
