import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '../../src/embedded/clock.ts';
import { Access } from '../../src/server/access.ts';
import { loadCookieKey, readControl, requestLink } from '../../src/server/control.ts';
import { Fixture } from './fixture.ts';

let fixture: Fixture;
let cookie: string;
let terminal: string;

beforeAll(async () => {
  fixture = await Fixture.start({ allowedHosts: ['tunnel.test'] });
  cookie = await fixture.signIn();
  const client = await fixture.open('/api/live/01-two-replicas', cookie);
  terminal = (await client.type('session')).terminals[0]!.id;
});
afterAll(() => fixture.stop());

const sockets = () => ['/api/live/01-two-replicas', `/api/terminals/${terminal}`];

describe('WebSockets are refused before the upgrade', () => {
  it('without the cookie', async () => {
    const started = fixture.ptys.length;
    for (const path of sockets()) {
      expect(await fixture.upgrade(path, { origin: fixture.origin })).toBe(401);
      expect(await fixture.upgrade(path, { origin: fixture.origin, cookie: `${cookie}x` })).toBe(401);
      const forged = cookie.replace(/=.*/, `=${Buffer.from('learner').toString('base64url')}.AAAA`);
      expect(await fixture.upgrade(path, { origin: fixture.origin, cookie: forged })).toBe(401);
    }
    expect(fixture.ptys).toHaveLength(started);
  });

  it('from a foreign origin, or none', async () => {
    const { port } = fixture.server;
    for (const path of sockets()) {
      expect(await fixture.upgrade(path, { cookie })).toBe(403);
      for (const origin of [
        'https://evil.test',
        'null',
        `http://127.0.0.1:${port}.evil.test`,
        `http://127.0.0.1:${port + 1}`,
        'http://127.0.0.1',
        `https://127.0.0.1:${port}`,
        `http://localhost:${port}@evil.test`,
        'https://tunnel.test.evil.test',
        'https://eviltunnel.test',
      ]) {
        expect([origin, await fixture.upgrade(path, { cookie, origin })]).toEqual([origin, 403]);
      }
    }
  });

  it('under a foreign host, whatever a proxy claims', async () => {
    for (const path of [...sockets(), '/', '/api/catalogue']) {
      const headers = { cookie, origin: fixture.origin, host: 'evil.test', 'x-forwarded-host': 'localhost' };
      const status =
        path.startsWith('/api/live') || path.startsWith('/api/term')
          ? await fixture.upgrade(path, headers)
          : (await fixture.request(path, { headers })).status;
      expect([path, status]).toEqual([path, 403]);
    }
    const forwarded = { 'x-forwarded-host': 'evil.test', host: `127.0.0.1:${fixture.server.port}` };
    expect((await fixture.request('/', { headers: forwarded })).status).toBe(200);
  });

  it('where there is nothing', async () => {
    const headers = { cookie, origin: fixture.origin };
    for (const path of ['/', '/api/live/unknown', '/api/terminals/unknown', '/api/live/', '/api/live/a/b']) {
      expect(await fixture.upgrade(path, headers)).toBe(404);
    }
  });

  it("to another learner's terminal", async () => {
    const access = new Access({
      key: loadCookieKey(fixture.folder),
      port: fixture.server.port,
      allowedHosts: [],
      now: () => 0,
    });
    const other = access.cookie('somebody else').split(';')[0]!;
    const headers = { cookie: other, origin: fixture.origin };
    expect(await fixture.upgrade(`/api/terminals/${terminal}`, headers)).toBe(403);
  });

  it('but not from the page itself, or through an allowed tunnel', async () => {
    const { port } = fixture.server;
    for (const path of sockets()) {
      expect(await fixture.upgrade(path, { cookie, origin: fixture.origin })).toBe(101);
      expect(
        await fixture.upgrade(path, { cookie, origin: `http://localhost:${port}`, host: `localhost:${port}` }),
      ).toBe(101);
      expect(await fixture.upgrade(path, { cookie, origin: 'https://tunnel.test', host: 'tunnel.test' })).toBe(101);
    }
  });
});

describe('the one-time link', () => {
  it('is exchanged for a cookie that scripts and other sites do not get, and leads on to an address without it', async () => {
    const { pathname, search } = new URL(fixture.server.link());
    const { status, headers, body } = await fixture.request(pathname + search);
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']![0]).toMatch(/; HttpOnly; SameSite=Strict/);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(body).toBe('');
    const again = await fixture.request(pathname + search);
    expect(again.status).toBe(401);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('npm start');
    expect((await fixture.request(pathname + search, { headers: { cookie } })).status).toBe(303);
  });

  it('leads to the lesson it was made for, and nowhere else', async () => {
    const token = () => new URL(fixture.server.link()).searchParams.get('token')!;
    const to = async (path: string) => (await fixture.request(`${path}?token=${token()}`)).headers.location;
    expect(await to('/lessons/01-two-replicas')).toBe('/lessons/01-two-replicas');
    expect(await to('//evil.test/')).toBe('/');
    expect(await to('/lessons/%0d%0aSet-Cookie:x')).toBeUndefined();
    expect(await to('/https://evil.test')).toBe('/');
  });

  it('is not guessed, and ends with time', () => {
    let now = 0;
    const access = new Access({ key: Buffer.alloc(32), port: 1, allowedHosts: [], now: () => now });
    const token = access.issueLink();
    expect(access.redeem('')).toBeUndefined();
    expect(access.redeem(`${token.slice(0, -1)}_`)).toBeUndefined();
    now = 25 * 3_600_000;
    expect(access.redeem(token)).toBeUndefined();
  });

  it('is given to the owner of the data folder, and to nobody else', async () => {
    expect(statSync(join(fixture.folder, 'server.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(fixture.folder, 'cookie.key')).mode & 0o777).toBe(0o600);
    const link = new URL((await requestLink(fixture.folder))!);
    expect((await fixture.request(link.pathname + link.search)).status).toBe(303);
    const path = '/api/control/link';
    const authorization = `Bearer ${readControl(fixture.folder)!.secret}`;
    expect((await fixture.request(path, { method: 'POST' })).status).toBe(403);
    expect((await fixture.request(path, { method: 'POST', headers: { authorization: 'Bearer x' } })).status).toBe(403);
    const fromPage = { authorization, origin: fixture.origin };
    expect((await fixture.request(path, { method: 'POST', headers: fromPage })).status).toBe(403);
    expect((await fixture.request(path, { headers: { authorization } })).status).toBe(405);
  });

  it('is not had where no server answers', async () => {
    const folder = join(fixture.folder, 'elsewhere');
    expect(await requestLink(folder)).toBeUndefined();
    mkdirSync(folder);
    writeFileSync(join(folder, 'server.json'), '{"pid":1,"address":"http://127.0.0.1:9","secret":"x"}');
    expect(await requestLink(folder)).toBeUndefined();
    writeFileSync(join(folder, 'server.json'), 'half');
    expect(await requestLink(folder)).toBeUndefined();
  });
});

describe('requests', () => {
  it('need the cookie for all but the page itself', async () => {
    expect((await fixture.request('/')).status).toBe(200);
    expect((await fixture.request('/assets/index-Ab12Cd34.js')).status).toBe(200);
    for (const path of [
      '/api/catalogue',
      '/api/lessons/01-two-replicas',
      '/lessons/01-two-replicas/assets/picture.svg',
    ]) {
      expect([path, (await fixture.request(path)).status]).toEqual([path, 401]);
      expect([path, (await fixture.request(path, { headers: { cookie } })).status]).toEqual([path, 200]);
    }
  });

  it('of another site bring nothing, and no site is ever allowed to read', async () => {
    const foreign: Record<string, string>[] = [
      { cookie, origin: 'https://evil.test' },
      { cookie, origin: 'null' },
      { cookie, 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      const { status, headers: answered } = await fixture.request('/api/catalogue', { headers });
      expect(status).toBe(403);
      expect(Object.keys(answered).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    const preflight = { origin: 'https://evil.test', 'access-control-request-method': 'POST' };
    const { status, headers } = await fixture.request('/api/catalogue', { method: 'OPTIONS', headers: preflight });
    expect(status).toBe(403);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('that would change something need cookie and origin', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      for (const path of ['/', '/api/catalogue', '/api/lessons/01-two-replicas']) {
        expect((await fixture.request(path, { method })).status).toBe(403);
        expect((await fixture.request(path, { method, headers: { cookie } })).status).toBe(403);
        expect((await fixture.request(path, { method, headers: { cookie, origin: 'https://evil.test' } })).status).toBe(
          403,
        );
        expect((await fixture.request(path, { method, headers: { cookie, origin: fixture.origin } })).status).toBe(405);
      }
    }
  });

  it('are answered with headers that keep the page to itself', async () => {
    for (const path of ['/', '/lessons/01-two-replicas', '/api/catalogue', '/nothing', '/assets/index-Ab12Cd34.js']) {
      const { headers } = await fixture.request(path);
      const policy = headers['content-security-policy'] as string;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy.match(/script-src[^;]*unsafe/)).toBeNull();
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'x-frame-options': 'DENY',
      });
    }
  });

  it('for a picture stay inside the lesson', async () => {
    symlinkSync('/etc/passwd', join(fixture.lesson.folder, 'passwd.svg'));
    symlinkSync(fixture.lesson.root, join(fixture.lesson.folder, 'out'));
    writeFileSync(join(fixture.lesson.root, 'secret.svg'), 'secret');
    const headers = { cookie };
    const base = '/lessons/01-two-replicas/assets/';
    for (const path of [
      `${base}../../secret.svg`,
      `${base}..%2f..%2fsecret.svg`,
      `${base}%2e%2e/%2e%2e/secret.svg`,
      `${base}..%5c..%5csecret.svg`,
      `${base}..%252f..%252fsecret.svg`,
      `${base}picture.svg%00.png`,
      `${base}passwd.svg`,
      `${base}out/secret.svg`,
      `${base}/etc/passwd`,
      `${base}checks.yaml`,
      `${base}lesson.md`,
      `${base}%`,
      '/lessons/..%2f..%2f/assets/secret.svg',
      '/lessons/unknown/assets/picture.svg',
      '/../../etc/passwd',
      '/assets/..%2findex.html',
    ]) {
      const { status, body } = await fixture.request(path, { headers });
      expect([path, status >= 400 && status < 405]).toEqual([path, true]);
      expect(body).not.toMatch(/secret<|root:|steps:/);
    }
    const picture = await fixture.request(`${base}picture.svg`, { headers });
    expect(picture.headers['content-type']).toBe('image/svg+xml');
    expect(picture.headers['content-security-policy']).toContain('sandbox');
  });

  it('that are malformed get an answer, and others are not disturbed', async () => {
    const { port } = fixture.server;
    const answer = await new Promise<number>((resolve) => {
      const sent = request({ host: '127.0.0.1', port, path: '/', headers: { 'x-long': 'x'.repeat(100_000) } });
      sent.on('response', (response) => resolve(response.statusCode!)).on('error', () => resolve(0));
      sent.end();
    });
    expect([0, 431]).toContain(answer);
    expect((await fixture.request('/')).status).toBe(200);
  });

  it('are cached for ever where their name carries a hash, and checked again where not', async () => {
    const script = await fixture.request('/assets/index-Ab12Cd34.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
    });
    const page = await fixture.request('/');
    expect(page.headers['cache-control']).toBe('no-cache');
    const again = await fixture.request('/', { headers: { 'if-none-match': page.headers.etag as string } });
    expect(again.status).toBe(304);
    expect((await fixture.request('/api/catalogue', { headers: { cookie } })).headers['cache-control']).toBe(
      'no-store',
    );
  });
});

describe('frames', () => {
  const paths = () => sockets().map((path) => [path] as const);

  it('that are too big close the connection they came from, and no other', async () => {
    for (const [path] of paths()) {
      const bystander = await fixture.open(path, cookie);
      const client = await fixture.open(path, cookie);
      client.socket.send('x'.repeat(3 * 1024 * 1024));
      expect(await client.closed).toBe(1009);
      expect(bystander.socket.readyState).toBe(WebSocket.OPEN);
    }
  });

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['an unknown type', '{"type":"pass","task":"two"}'],
    ['a wrong field', '{"type":"step","step":{"toString":1}}'],
    ['a polluting key', '{"__proto__":{"polluted":1},"type":"nope"}'],
    ['a task state', '{"type":"task","task":{"step":"apply","task":"two","state":"passed","hints":[]}}'],
  ])('with %s close the connection', async (_, text) => {
    for (const [path] of paths()) {
      const client = await fixture.open(path, cookie);
      client.socket.send(text);
      expect(await client.closed).toBe(1003);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('of bytes close the connection', async () => {
    const client = await fixture.open(sockets()[0]!, cookie);
    client.socket.send(Buffer.from([1, 2, 3]));
    expect(await client.closed).toBe(1003);
  });

  it('in a flood close the connection', async () => {
    const client = await fixture.open(sockets()[1]!, cookie);
    for (let index = 0; index < 20_000 && client.socket.readyState === WebSocket.OPEN; index++) {
      client.send({ type: 'ack', characters: 1 });
    }
    expect(await client.closed).toBe(1008);
  });

  it('cannot claim that a task has passed', async () => {
    const client = await fixture.open(sockets()[0]!, cookie);
    client.send({ type: 'step', step: 'apply', state: 'passed', passed: true });
    client.send({ type: 'predict', id: 'which', choice: 'newest', settled: { choice: 'newest', observed: 'x' } });
    client.send({ type: 'run', terminal, step: 'apply', command: 'rm -rf /', elsewhere: true });
    const notice = await client.type('notice');
    expect(notice.text).toContain('does not stand in this step');
    expect(fixture.ptys.every(({ typed }) => !typed.includes('rm -rf'))).toBe(true);
    const session = (await client.type('session')).tasks;
    expect(session.map(({ state }) => state)).not.toContain('passed');
  });
});

describe('a connection that says nothing', () => {
  it('is given up', async () => {
    const clock = new ManualClock();
    const sleepy = await Fixture.start({ clock });
    try {
      const cookie = await sleepy.signIn();
      const awake = await sleepy.open('/api/live/01-two-replicas', cookie);
      const asleep = await sleepy.open('/api/live/01-two-replicas', cookie);
      asleep.socket.pause();
      let awakePinged = false;
      awake.socket.on('ping', () => {
        awakePinged = true;
      });
      const gone = new Promise<void>((resolve) => {
        const raw = (asleep.socket as unknown as { _socket: { on(event: 'close', done: () => void): void } })._socket;
        raw.on('close', resolve);
      });
      for (let round = 0; round < 4; round++) await clock.advance(15_000);
      asleep.socket.resume();
      await gone;
      expect(awakePinged).toBe(true);
      expect(awake.socket.readyState).toBe(WebSocket.OPEN);
    } finally {
      await sleepy.stop();
    }
  });
});

it('keeps the key of its cookies between starts', () => {
  expect(loadCookieKey(fixture.folder)).toEqual(loadCookieKey(fixture.folder));
  expect(readFileSync(join(fixture.folder, 'cookie.key'), 'utf8')).toHaveLength(43);
});
