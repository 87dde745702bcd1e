import { Kubectl } from '../support/kubectl.ts';

export type Manifest = Record<string, unknown>;

/** What a dig printed: "NOERROR", "NXDOMAIN" …, and the data of its answers, sorted. */
export interface Answer {
  readonly status: string;
  readonly data: readonly string[];
}

/** One namespace of a cluster, with what the tests of misconceptions ask again and again. */
export class Playground extends Kubectl {
  static async make({ kubeconfig, folder }: Kubectl, namespace: string): Promise<Playground> {
    const playground = new Playground(kubeconfig, folder, namespace);
    await playground.kubectl('create', 'namespace', namespace);
    return playground;
  }

  create(...items: readonly Manifest[]): Promise<string> {
    return this.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }

  /** @param what as typed: "pod web-0" */
  read(what: string, jsonpath: string): Promise<string> {
    return this.kubectl('get', ...what.split(' '), '-o', `jsonpath=${jsonpath}`);
  }

  /** Names of one kind, as the list has them: by name. */
  async names(...what: readonly string[]): Promise<string[]> {
    return (await this.kubectl('get', ...what, '-o', 'name')).split('\n').filter(Boolean).map(afterSlash);
  }

  /** @param condition as `kubectl wait --for` takes it */
  until(condition: string, ...what: readonly string[]): Promise<string> {
    return this.kubectl('wait', `--for=${condition}`, ...what, '--timeout=60s');
  }

  rolledOut(what: string): Promise<string> {
    return this.kubectl('rollout', 'status', what, '--timeout=60s');
  }

  /** Resolves with the message of the first event that matches, past or to come. */
  event(reason: string, message: RegExp): Promise<string> {
    const selector = `--field-selector=reason=${reason}`;
    return this.lineOf(message, 'get', 'events', '--watch', selector, '-o', 'jsonpath={.message}{"\\n"}');
  }

  /** What a script prints in a Pod's container; throws where it fails. */
  sh(pod: string, script: string): Promise<string> {
    return this.kubectl('exec', pod, '--', 'sh', '-c', script);
  }

  /** Asks the cluster's DNS from the Pod "client", search path included. */
  async dig(name: string, type = 'A'): Promise<Answer> {
    const text = await this.sh('client', `dig +search ${name} ${type}`);
    const section = /ANSWER SECTION:\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? '';
    const data = section
      .split('\n')
      .filter(Boolean)
      .map((record) => record.split(/\s+/).slice(4).join(' '));
    return { status: /status: (\w+)/.exec(text)?.[1] ?? 'none', data: data.sort() };
  }
}

const afterSlash = (name: string) => name.slice(name.indexOf('/') + 1);
