import { Api } from './api.ts';

/** A cluster that is measured, and a namespace in it that is the bench's own. */
export class Subject {
  readonly namespace = `ordinal-bench-${process.pid}`;
  readonly api: Api;

  constructor(readonly kubeconfig: string) {
    this.api = new Api(kubeconfig);
  }

  /** "v1.33.13" */
  async version(): Promise<string> {
    return (await this.api.send<{ gitVersion: string }>('GET', '/version')).gitVersion;
  }

  async prepare(): Promise<void> {
    await this.api.send('POST', '/api/v1/namespaces', { metadata: { name: this.namespace } });
    // Pods need the namespace's account. A controller makes it, where there is one, and may have been first.
    await this.api.sendIfPossible('POST', this.path('serviceaccounts'), { metadata: { name: 'default' } });
  }

  /** "/api/v1/namespaces/ordinal-bench-1/pods" */
  readonly path = (resource: string): string => `/api/v1/namespaces/${this.namespace}/${resource}`;

  async remove(): Promise<void> {
    await this.api.sendIfPossible('DELETE', `/api/v1/namespaces/${this.namespace}`);
    this.api.close();
  }
}
