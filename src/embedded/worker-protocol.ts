import type { ClusterSettings, NodeAction } from './cluster.ts';

/** What passes between whoever wants clusters and a thread that runs some. Each call is answered by its number. */

/** From the owner. A cluster is known by the number of the call that started it. */
export type ToWorker =
  | { readonly type: 'start'; readonly call: number; readonly settings: ClusterSettings }
  | { readonly type: 'stop'; readonly call: number; readonly cluster: number }
  | {
      readonly type: 'node';
      readonly call: number;
      readonly cluster: number;
      readonly action: NodeAction;
      readonly name: string;
    };

/** From the thread. */
export type FromWorker =
  | { readonly type: 'started'; readonly call: number; readonly kubeconfig: string; readonly version: string }
  | { readonly type: 'done'; readonly call: number }
  | ({ readonly type: 'failed'; readonly call: number } & Failed)
  /** The thread and all its clusters end. */
  | ({ readonly type: 'lost' } & Failed);

/** `details` are the error's own properties: stack, code, port, remedy. */
export interface Failed {
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}
