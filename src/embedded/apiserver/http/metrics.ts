import type { RequestInfo } from './request-info.ts';

/** Counts what /metrics tells, in the format of Prometheus. */
export class Metrics {
  readonly #requests = new Map<string, number>();

  answered(info: RequestInfo | undefined, code: number): void {
    const { group = '', version = '', plural = '', subresource = '' } = info?.resource ?? {};
    // Names that a client makes up must not become labels without end.
    const known = code !== 404 && code !== 405;
    const labels = [
      `code="${code}"`,
      `group="${known ? group : ''}"`,
      `resource="${known ? plural : ''}"`,
      `subresource="${known ? subresource : ''}"`,
      `verb="${(info?.verb ?? '').toUpperCase()}"`,
      `version="${known ? version : ''}"`,
    ].join(',');
    if (this.#requests.size > 5000) this.#requests.clear();
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
  }

  /** @param objects how many objects each resource has */
  print(objects: Iterable<readonly [resource: string, count: number]>): string {
    const { heapUsed, rss } = process.memoryUsage();
    const lines = [
      '# HELP apiserver_request_total Counter of apiserver requests.',
      '# TYPE apiserver_request_total counter',
      ...[...this.#requests].map(([labels, count]) => `apiserver_request_total{${labels}} ${count}`),
      '# HELP apiserver_storage_objects Number of stored objects by resource.',
      '# TYPE apiserver_storage_objects gauge',
      ...[...objects].map(([resource, count]) => `apiserver_storage_objects{resource="${resource}"} ${count}`),
      '# HELP nodejs_heap_size_used_bytes Bytes of the heap in use.',
      '# TYPE nodejs_heap_size_used_bytes gauge',
      `nodejs_heap_size_used_bytes ${heapUsed}`,
      '# HELP process_resident_memory_bytes Resident memory size in bytes.',
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${rss}`,
    ];
    return `${lines.join('\n')}\n`;
  }
}
