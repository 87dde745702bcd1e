import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Status } from '../../../kubernetes/status.ts';
import type { Clock } from '../../clock.ts';
import type { Subscription } from '../../storage/store.ts';
import { escapeHtml } from '../apply/go-json.ts';
import type { WatchEventType, WatchSink } from '../engine/watch.ts';
import { groupVersion } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';
import type { Encoder } from './encoding.ts';
import type { Format } from './negotiation.ts';
import { type IncludeObject, partialMetadata, table } from './tables.ts';

/** Bytes of changes that may wait for a slow client before its watch is ended, so that it starts anew. */
const backlogLimit = 16 * 1024 * 1024;

export interface WatchStreamOptions {
  readonly definition: ResourceDefinition;
  readonly format: Format;
  readonly includeObject: IncludeObject;
  readonly encoder: Encoder;
  readonly clock: Clock;
}

/**
 * A watch as a stream of JSON lines. What happens within one turn of the event loop is written at once: with a thousand
 * watches open, writes are what costs.
 */
export class WatchStream implements WatchSink {
  readonly #response: ServerResponse;
  readonly #options: WatchStreamOptions;
  readonly #write: (type: WatchEventType, object: KubeObject) => Buffer;
  #subscription: Subscription | undefined;
  #waiting: Buffer[] = [];
  #scheduled = false;
  /** What waits is still to be written, then nothing more. */
  #finishing = false;
  #ended = false;
  #headers = true;
  /** Bytes that it may be behind: what it began with, however much that was, and as many changes as the limit lets wait. */
  #allowance: number | undefined;

  constructor(response: ServerResponse, options: WatchStreamOptions) {
    this.#response = response;
    this.#options = options;
    const { as } = options.format;
    this.#write = as
      ? (type, object) => line({ type, object: this.#converted(object) })
      : (type, object) => options.encoder.event(type, object);
    response.on('close', () => this.#close());
  }

  /** To be closed when the client goes. */
  follow(subscription: Subscription): void {
    this.#subscription = subscription;
    if (this.#ended) subscription.close();
  }

  event(type: WatchEventType, object: KubeObject): void {
    this.#push(this.#write(type, object));
  }

  bookmark(resourceVersion: string, initialEnd: boolean): void {
    const { definition, format } = this.#options;
    const object = {
      kind: definition.kind,
      apiVersion: groupVersion(definition),
      metadata: {
        resourceVersion,
        creationTimestamp: null,
        ...(initialEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
      },
    } as unknown as KubeObject;
    this.#push(line({ type: 'BOOKMARK', object: format.as ? this.#converted(object, true) : object }));
  }

  error(status: Status): void {
    this.#push(line({ type: 'ERROR', object: status }));
    this.end();
  }

  /** Not at once: the watch may be over before its answer has begun. */
  end(): void {
    if (this.#ended || this.#finishing) return;
    this.#finishing = true;
    this.#subscription?.close();
    this.#schedule();
  }

  #converted(object: KubeObject, bookmark = false): object {
    const { definition, format, includeObject, clock } = this.#options;
    const { kind, version } = format.as!;
    if (kind !== 'Table') return partialMetadata(object, version);
    const headers = this.#headers;
    this.#headers = false;
    const { resourceVersion } = object.metadata;
    return table(
      definition,
      bookmark ? [] : [object],
      { resourceVersion },
      {
        version,
        includeObject,
        headers,
        now: clock.now(),
      },
    );
  }

  #push(bytes: Buffer): void {
    if (this.#ended || this.#finishing) return;
    this.#waiting.push(bytes);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#ended) return;
    const bytes = this.#waiting.length === 1 ? this.#waiting[0]! : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#allowance ??= bytes.length + backlogLimit;
    if (bytes.length > 0) this.#response.write(bytes);
    if (this.#finishing) {
      this.#close();
      this.#response.end();
    } else if (this.#response.writableLength > this.#allowance) {
      this.#close();
      this.#response.destroy();
    }
  }

  #close(): void {
    this.#ended = true;
    this.#waiting = [];
    this.#subscription?.close();
  }
}

function line(value: object): Buffer {
  return Buffer.from(`${escapeHtml(JSON.stringify(value))}\n`);
}
