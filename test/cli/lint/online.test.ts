import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askAddresses } from '../../../src/cli/lint/online.ts';
import { ordinal } from '../../integration/support/program.ts';
import { checks, TemporaryFolder, text } from '../../lessons/lesson-tools.ts';

/** Links are followed to a server of our own: no test asks anybody else. */

let server: Server;
let origin: string;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    if (url === '/silent') return;
    if (url === '/moved') response.writeHead(302, { location: '/there' });
    else if (url === '/get-only') response.writeHead(method === 'GET' ? 200 : 405);
    else response.writeHead({ '/there': 200, '/busy': 429 }[url ?? ''] ?? 404);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('asks each page once, and tells what is gone from what only does not answer now', async () => {
  const targets = ['/there', '/there#a', '/there#b', '/moved', '/get-only', '/busy', '/gone'];
  const verdicts = await askAddresses([...targets.map((path) => `${origin}${path}`), 'http://127.0.0.1:1/'], {
    fetch,
    patience: 20_000,
    signal: new AbortController().signal,
  });
  expect(Object.fromEntries([...verdicts].map(([target, verdict]) => [new URL(target).pathname, verdict]))).toEqual({
    '/there': undefined,
    '/moved': undefined,
    '/get-only': undefined,
    '/busy': { message: `${origin}/busy answers 429`, severity: 'warning' },
    '/gone': { message: `${origin}/gone answers 404`, severity: 'error' },
    '/': { message: expect.stringContaining('http://127.0.0.1:1/ cannot be reached'), severity: 'warning' },
  });
  expect(asked.filter((request) => request === 'HEAD /there').length).toBeLessThanOrEqual(2);
});

it('does not wait for ever', async () => {
  const silent = `${origin}/silent`;
  const verdicts = await askAddresses([silent], { fetch, patience: 1, signal: new AbortController().signal });
  expect(verdicts.get(silent)).toEqual({ message: `${silent} does not answer within 0.001 s`, severity: 'warning' });
});

it('lint --online says at which line and column the link stands', async () => {
  using folder = new TemporaryFolder().write({
    '01-a/lesson.md': text.replace('Text.', `Read\nthis [page](${origin}/gone) first.`),
    '01-a/checks.yaml': checks.replace('one, two, three', `one, two, "[here](${origin}/busy)"`),
  });
  const { code, out } = await ordinal(['lint', '--online', '--lessons', folder.path]);
  expect(out).toContain(`01-a/lesson.md:14:13: error: ${origin}/gone answers 404`);
  expect(out).toMatch(/01-a\/checks\.yaml:10:\d+: warning: .*\/busy answers 429/);
  expect(code).toBe(1);
});
