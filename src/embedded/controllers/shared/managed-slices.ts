import type { EndpointSlice } from '../../../kubernetes/objects.ts';
import type { Client } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import { managedByLabel, serviceNameLabel } from './endpoint-slices.ts';

/** Milliseconds to wait after somebody touched a slice. */
const delay = 1000;

/** The slices that one of the controllers keeps, as its label on them says. */
export class ManagedSlices {
  readonly #client: Client;
  readonly #controller: string;

  /** @param controller as plan.ts names it: "endpointslice-controller.k8s.io" */
  constructor(client: Client, controller: string) {
    this.#client = client;
    this.#controller = controller;
  }

  /** Those of a Service. */
  of(namespace: string, service: string): EndpointSlice[] {
    const slices = this.#client.informer(refs.endpointSlices).list(namespace);
    return slices.filter((slice) => this.#isManaged(slice) && serviceOf(slice) === service);
  }

  /** Queues the Service of a slice that somebody has changed or deleted, or taken from it. Returns what ends that. */
  watch(queue: WorkQueue): () => void {
    const queueOwner = (slice: EndpointSlice) => {
      const service = serviceOf(slice);
      if (service) queue.addAfter(`${slice.metadata.namespace}/${service}`, delay);
    };
    return this.#client.informer(refs.endpointSlices).subscribe({
      updated: (slice, previous) => {
        if (this.#isManaged(slice) || this.#isManaged(previous)) queueOwner(slice);
        if (serviceOf(slice) !== serviceOf(previous)) queueOwner(previous);
      },
      deleted: (slice) => {
        if (this.#isManaged(slice)) queueOwner(slice);
      },
    });
  }

  #isManaged({ metadata }: EndpointSlice): boolean {
    return metadata.labels?.[managedByLabel] === this.#controller;
  }
}

function serviceOf({ metadata }: EndpointSlice): string | undefined {
  return metadata.labels?.[serviceNameLabel];
}
