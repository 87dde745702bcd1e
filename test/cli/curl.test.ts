import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminalEnvironment } from '../../src/cli/terminal-environment.ts';
import { curlPath, program, run } from '../integration/support/program.ts';

/** What terminals have for curl where the system has none, held to the real one where there is one. */

const folder = mkdtempSync(join(tmpdir(), 'ordinal-curl-'));
const standIn = resolve(program, '../curl.js');

const server = createServer(async (request, response) => {
  const body = await text(request);
  if (request.url === '/missing') response.statusCode = 404;
  response.end(`${request.method} ${request.url} ${request.headers['content-type'] ?? '-'} ${body}`);
});
let address: string;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const programs = [
  { name: 'the stand-in', command: [process.execPath, standIn] },
  ...(curlPath ? [{ name: 'curl', command: [curlPath] }] : []),
];

describe.each(programs)('$name', ({ command: [file, ...before] }) => {
  const curl = (args: string[], input = '') => run(file!, [...before, ...args], { cwd: folder, input });

  it('prints an answer as it is', async () => {
    expect(await curl(['-s', `${address}/pods/kubia-0/proxy/`])).toEqual({
      code: 0,
      out: 'GET /pods/kubia-0/proxy/ - ',
      err: '',
    });
  });

  it('sends data, from the command line and from its input', async () => {
    const form = 'application/x-www-form-urlencoded';
    const typed = await curl(['-s', '-X', 'POST', '-d', 'I belong to kubia-0.', address]);
    expect(typed.out).toBe(`POST / ${form} I belong to kubia-0.`);
    const piped = await curl(['-s', '-H', 'content-type: text/plain', '-d', '@-', address], 'read');
    expect(piped.out).toBe('POST / text/plain read');
  });

  it('writes to a file, from which it can send again', async () => {
    const { out } = await curl(['-s', '-o', 'answer', '-w', '%{http_code}\n', `${address}/one`]);
    expect(out).toBe('200\n');
    expect(readFileSync(join(folder, 'answer'), 'utf8')).toBe('GET /one - ');
    expect((await curl(['-s', '-T', 'answer', `${address}/two`])).out).toBe('PUT /two - GET /one - ');
    expect((await curl(['-s', '-o', '/dev/null', '-w', '%{http_code}', `${address}/missing`])).out).toBe('404');
  });

  it('says what was wrong, with curl’s exit codes', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    taken.close();
    await once(taken, 'close');
    const refused = await curl(['-sS', `localhost:${port}/api`]);
    expect(refused.err).toMatch(
      new RegExp(
        `^curl: \\(7\\) Failed to connect to localhost port ${port} after \\d+ ms: Couldn't connect to server\n$`,
      ),
    );
    expect(refused.code).toBe(7);
    expect(await curl(['-sS', 'http://nobody.invalid/'])).toEqual({
      code: 6,
      out: '',
      err: 'curl: (6) Could not resolve host: nobody.invalid\n',
    });
    expect(await curl(['-sS', '-f', `${address}/missing`])).toEqual({
      code: 22,
      out: '',
      err: 'curl: (22) The requested URL returned error: 404\n',
    });
  });
});

describe('a terminal', () => {
  const bin = join(folder, 'data', 'bin');

  it('has a stand-in for curl where the system has none, which says that it is one', async () => {
    const { PATH } = terminalEnvironment(join(folder, 'data'), { PATH: join(folder, 'nothing') });
    expect(PATH).toBe(`${bin}${delimiter}${join(folder, 'nothing')}`);
    expect(statSync(join(bin, 'curl')).mode & 0o111).toBe(0o111);
    expect(readFileSync(join(bin, 'curl'), 'utf8')).toContain('curl.js');
    expect((await run(process.execPath, [standIn, '--version'])).out).toContain('a stand-in that comes with Ordinal');
  });

  it('has the system’s as soon as there is one', () => {
    mkdirSync(join(folder, 'system'));
    writeFileSync(join(folder, 'system', 'curl'), '', { mode: 0o755 });
    terminalEnvironment(join(folder, 'data'), { PATH: join(folder, 'system') });
    expect(() => statSync(join(bin, 'curl'))).toThrow('ENOENT');
  });
});
