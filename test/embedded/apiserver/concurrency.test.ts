import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RealClock } from '../../../src/embedded/clock.ts';
import { LmdbEnvironment } from '../../../src/embedded/storage/lmdb-backend.ts';
import { LoggedBackend } from '../../../src/embedded/storage/logged-backend.ts';
import { WriteAheadLog } from '../../../src/embedded/storage/write-ahead-log.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';
import { type Answer, configMap, TestServer } from './http/support.ts';
import { Random } from './random.ts';

/** Many clients at once, over HTTP, and what each of them may rely on. */

const path = '/api/v1/namespaces/default/configmaps';
const writers = 12;
const rounds = 40;
const counters = ['counter-0', 'counter-1'];
const churned = ['churn-0', 'churn-1', 'churn-2', 'churn-3', 'churn-4'];

interface Event {
  readonly type: string;
  readonly object: KubeObject & { readonly data?: Readonly<Record<string, string>> };
}

/** One acknowledged write, and between which ticks it happened. */
interface Acknowledged {
  readonly began: number;
  readonly ended: number;
  readonly revision: number;
  readonly name: string;
  readonly deleted: boolean;
  /** Of the answer; empty for deletions. */
  readonly data: string;
}

const folder = mkdtempSync(join(tmpdir(), 'ordinal-concurrency-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const revisionOf = (object: KubeObject): number => Number(object.metadata.resourceVersion);

describe.each(['in memory', 'on disk'])('%s', (where) => {
  let server: TestServer;
  let tick = 0;
  const acknowledged: Acknowledged[] = [];
  const reads: { began: number; ended: number; revision: number }[] = [];
  const increments = new Map<string, number>();
  const watches: Watching[] = [];
  let start: number;

  beforeAll(async () => {
    const backend =
      where === 'on disk'
        ? new LoggedBackend(
            new WriteAheadLog(folder, expect.unreachable),
            new LmdbEnvironment(folder).backend(),
            new RealClock(),
          )
        : undefined;
    server = await new TestServer(backend && { backend }).start();
    for (const name of counters) await server.post(path, configMap(name, { count: '0' }));
    start = Number((await server.get(path)).json.metadata.resourceVersion);
    watches.push(new Watching(server, `${path}?watch=1&resourceVersion=${start}`));
    await Promise.all(Array.from({ length: writers }, (_, index) => work(index)));
    // One more, for watches that began after all others: nobody hears of nothing.
    await increment(counters[0]!);
    const end = server.store.revision;
    await Promise.all(watches.map((watching) => watching.reach(end)));
  });
  afterAll(async () => {
    for (const watching of watches) watching.stop();
    await server.stop();
  });

  async function work(index: number): Promise<void> {
    const random = new Random(index + 1);
    for (let round = 0; round < rounds; round++) {
      await step(index, round, random);
      // Watches begin all the time, some with the past.
      if (round % 13 === index) {
        const from = random.pick([start, server.store.revision]);
        watches.push(new Watching(server, `${path}?watch=1&resourceVersion=${from}`));
      }
    }
  }

  async function step(index: number, round: number, random: Random): Promise<void> {
    const name = random.pick(churned);
    const mark = `${index}-${round}`;
    switch (random.below(7)) {
      case 0:
        return increment(random.pick(counters));
      case 1:
        return void (await write(name, () => server.post(path, configMap(name, { mark }))));
      case 2:
        return void (await write(name, () => server.ask(`${path}/${name}`, { method: 'DELETE' }), true));
      case 3:
        return void (await write(name, () =>
          patch(name, 'application/merge-patch+json', { data: { [`w${index}`]: mark } }),
        ));
      case 4:
        return void (await write(name, () =>
          patch(name, 'application/json-patch+json', [{ op: 'add', path: '/data', value: { mark } }]),
        ));
      case 5: {
        const body = configMap(name, { [`a${index}`]: mark });
        return void (await write(name, () =>
          patch(name, 'application/apply-patch+yaml', body, `?fieldManager=m${index}&force=true`),
        ));
      }
      default: {
        const began = tick++;
        const { json } = await server.get(path);
        reads.push({ began, ended: tick++, revision: Number(json.metadata.resourceVersion) });
      }
    }
  }

  const patch = (name: string, type: string, body: object, query = '') =>
    server.ask(`${path}/${name}${query}`, { method: 'PATCH', body, headers: { 'content-type': type } });

  /** Reads, adds one, and writes back what has been read: only ever on the state that was read. */
  async function increment(name: string): Promise<void> {
    for (;;) {
      const { json } = await server.get(`${path}/${name}`);
      const count = String(Number(json.data.count) + 1);
      const answer = await write(name, () =>
        server.ask(`${path}/${name}`, { method: 'PUT', body: { ...json, data: { count } } }),
      );
      if (answer.status === 200) break;
      expect(answer.status).toBe(409);
    }
    increments.set(name, (increments.get(name) ?? 0) + 1);
  }

  async function write(name: string, ask: () => Promise<Answer>, deleted = false): Promise<Answer> {
    const began = tick++;
    const answer = await ask();
    expect([200, 201, 404, 409]).toContain(answer.status);
    if (answer.status < 300 && !deleted) {
      const { metadata, data = {} } = answer.json;
      const revision = Number(metadata.resourceVersion);
      acknowledged.push({ began, ended: tick++, revision, name, deleted, data: JSON.stringify(data) });
    }
    return answer;
  }

  it('gives every write a revision of its own, in the order in which they could be seen to happen', () => {
    expect(acknowledged.length).toBeGreaterThan(100);
    const byRevision = [...acknowledged].sort((a, b) => a.revision - b.revision);
    let latestBegan = 0;
    for (const [i, each] of byRevision.entries()) {
      if (i > 0) expect(each.revision).toBeGreaterThan(byRevision[i - 1]!.revision);
      // Whatever ended before another began came before it.
      expect(each.ended).toBeGreaterThan(latestBegan);
      latestBegan = Math.max(latestBegan, each.began);
    }
  });

  it('shows readers what was acknowledged before they asked, and never less than they have seen', () => {
    for (const { began, revision } of reads) {
      for (const write of acknowledged)
        if (write.ended < began) expect(revision).toBeGreaterThanOrEqual(write.revision);
      for (const read of reads) if (read.ended < began) expect(revision).toBeGreaterThanOrEqual(read.revision);
    }
  });

  it('loses no update', async () => {
    for (const name of counters) {
      expect((await server.get(`${path}/${name}`)).json.data.count).toBe(String(increments.get(name) ?? 0));
    }
  });

  it('tells every watch every change exactly once and in order', () => {
    const [whole, ...later] = watches.map(({ events }) => events);
    expect(later.length).toBeGreaterThan(5);
    const lines = whole!.map((event) => JSON.stringify(event));
    let last = start;
    const there = new Set(counters);
    for (const { type, object } of whole!) {
      expect(revisionOf(object)).toBeGreaterThan(last);
      last = revisionOf(object);
      const { name } = object.metadata;
      expect(type === 'ADDED').toBe(!there.has(name));
      if (type === 'DELETED') there.delete(name);
      else there.add(name);
    }
    for (const events of later) {
      const text = events.map((event) => JSON.stringify(event));
      expect(text).toEqual(lines.slice(lines.length - text.length));
    }
    const told = new Map(whole!.map(({ object }) => [revisionOf(object), object]));
    for (const { revision, name, data } of acknowledged) {
      expect(told.get(revision)?.metadata.name).toBe(name);
      expect(JSON.stringify(told.get(revision)?.data ?? {})).toBe(data);
    }
  });

  it('refuses what has been compacted: watches with an event, lists that go on with a status', async () => {
    const first = await server.get(`${path}?limit=1`);
    const token = first.json.metadata.continue;
    await server.post(path, configMap(`late-${where.replaceAll(' ', '-')}`));
    server.store.compact(server.store.revision);
    const late = new Watching(server, `${path}?watch=1&resourceVersion=${start}`);
    await late.closed;
    expect(late.events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
    const next = await server.get(`${path}?limit=1&continue=${encodeURIComponent(token)}`);
    expect(next).toMatchObject({ status: 410, json: { reason: 'Expired' } });
    // What the refusal brings along goes on without consistency.
    const anyhow = await server.get(`${path}?continue=${encodeURIComponent(next.json.metadata.continue)}`);
    expect(anyhow.status).toBe(200);
  });
});

/** A watch over HTTP that keeps what it is told. */
class Watching {
  readonly events: Event[] = [];
  readonly closed: Promise<void>;
  readonly #request: ReturnType<typeof request>;
  #wanted: { revision: number; resolve(): void } | undefined;

  constructor(server: TestServer, path: string) {
    let text = '';
    this.#request = request({
      host: '127.0.0.1',
      port: server.port,
      path,
      ca: server.identity.ca,
      headers: { authorization: 'Bearer admin' },
    });
    this.closed = new Promise((resolve) => {
      this.#request.on('close', resolve);
    });
    this.#request.on('error', () => {});
    this.#request.on('response', (response) => {
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const lines = (text + chunk).split('\n');
        text = lines.pop()!;
        for (const line of lines) this.events.push(JSON.parse(line));
        this.#check();
      });
      response.on('error', () => {});
    });
    this.#request.end();
  }

  /** Resolves once a change of this revision has come. */
  reach(revision: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wanted = { revision, resolve };
      this.#check();
    });
  }

  stop(): void {
    this.#request.destroy();
  }

  #check(): void {
    const last = this.events.at(-1);
    if (this.#wanted && last && revisionOf(last.object) >= this.#wanted.revision) this.#wanted.resolve();
  }
}
