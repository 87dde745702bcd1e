import type { CertificateAuthority } from '../../apiserver/certificate.ts';
import type { Client } from '../../client/client.ts';
import type { ApiResource } from '../../client/discovery.ts';
import type { Clock } from '../../clock.ts';

/** What kube-controller-manager gives each of its controllers. */
export interface ControllerContext {
  readonly clock: Clock;
  /** The API as one of the controllers' accounts in kube-system sees it: "statefulset-controller". */
  clientFor(account: string): Client;
  /** Everything that is served. */
  readonly resources: readonly ApiResource[];
  /** PEM of the certificate authority that vouches for the API server, published to every namespace. */
  readonly rootCA?: string;
  /** Signs certificates for the API server's clients; absent where there is no key to do so. */
  readonly authority?: CertificateAuthority;
  /** Told of what could not be done, before it is tried again. */
  failed?(controller: string, key: string, error: unknown): void;
}
