/** What passes between the thread that wants a cluster and the one that is it. Settings travel as workerData. */

/** From the owner. Each call is answered by a message with its number. */
export type ToWorker =
  | { readonly type: 'stop'; readonly call: number }
  | {
      readonly type: 'node';
      readonly call: number;
      readonly action: 'stop' | 'start' | 'partition';
      readonly name: string;
    };

/** From the cluster. */
export type FromWorker =
  | { readonly type: 'ready'; readonly kubeconfig: string; readonly version: string }
  /** It could not start, or goes no further. `details` are the error's own properties: stack, code, port, remedy. */
  | { readonly type: 'failed'; readonly message: string; readonly details: Readonly<Record<string, unknown>> }
  | { readonly type: 'done'; readonly call: number; readonly error?: string };
