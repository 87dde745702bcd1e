import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestServer } from '../http/support.ts';
import { Random } from '../random.ts';
import { fuzzRequest, samples } from './generate.ts';
import { send } from './send.ts';

/** How many requests; a hundred thousand where somebody has the time. */
const total = Number(process.env.ORDINAL_FUZZ ?? 3000);
const seed = Number(process.env.ORDINAL_FUZZ_SEED ?? 1);
const clients = 8;

const server = new TestServer({ openApi: true });
const untouched = Object.getOwnPropertyNames(Object.prototype).sort();
beforeAll(() => server.start());
afterAll(() => server.stop());

/** Leaves the samples and nothing else, so that there is always something to patch and never more than a little. */
async function startAnew(): Promise<void> {
  for (const { path, object } of samples) {
    await server.ask(path, { method: 'DELETE' });
    await server.post(path, object as object);
  }
}

it(
  'answers any request, however it is bent, and never with 500; no prototype is touched',
  async () => {
    const codes = new Map<number, number>();
    await Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        const random = new Random(seed * 1000 + client);
        for (let i = 0; i < total / clients; i++) {
          if (client === 0 && i % 500 === 0) await startAnew();
          const request = fuzzRequest(random);
          const shown = `${request.method} ${request.path} ${JSON.stringify(request.headers)}\n${String(request.body).slice(0, 3000)}`;
          const answer = await send(server, request).catch((error: Error) => {
            throw new Error(`${error.message} at ${shown}`);
          });
          const { status, text } = answer;
          codes.set(status, (codes.get(status) ?? 0) + 1);
          if (status >= 500 && status !== 503 && status !== 504) throw new Error(`${text} at ${shown}`);
          if (status === 500 || server.errors.length > 0) throw new Error(`${server.errors} at ${shown}`);
          const said = /"status":"Failure".*"code":(\d+)\}$/s.exec(text)?.[1];
          if (said && Number(said) !== status) throw new Error(`${status} ${text} at ${shown}`);
          if ('polluted' in {}) throw new Error(`a prototype has been changed by ${shown}`);
        }
      }),
    );
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(untouched);
    // They are not all refused for the same reason: bent requests reach as far as sound ones do.
    for (const code of [200, 201, 400, 404, 405, 415, 422]) expect(codes.get(code), String(code)).toBeGreaterThan(0);
    expect((await server.get('/readyz')).text).toBe('ok');
    expect(server.errors).toEqual([]);
  },
  30_000 + total * 20,
);
