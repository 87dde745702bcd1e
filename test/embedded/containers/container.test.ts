import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryFileSystem } from '../../../src/embedded/storage/memory-filesystem.ts';
import { logs, makeRuntime, run } from './harness.ts';

const { start, create, runtime, network, clock } = makeRuntime();
afterAll(() => runtime.close());

const signal = new AbortController().signal;
const volume = () => new MemoryFileSystem(clock);

describe('a container', () => {
  it("runs the image's command, the Pod's command, or the image's with the Pod's arguments", async () => {
    const plain = await start({ image: 'busybox', command: undefined, args: ['echo', 'args'] });
    expect(await plain.exited).toEqual({ code: 0, signal: undefined, oomKilled: undefined, message: undefined });
    expect(await logs(plain)).toBe('args\n');
    const own = await start({
      image: 'busybox',
      command: ['sh', '-c', 'echo "$0 $GREETING" >&2; exit 3'],
      args: ['zero'],
      env: { GREETING: 'hi' },
    });
    expect((await own.exited).code).toBe(3);
    expect(await logs(own)).toBe('zero hi\n');
  });

  it("says in containerd's words why a command cannot be started", async () => {
    const container = await create({ command: ['nope'] });
    await expect(container.start()).rejects.toMatchObject({
      reason: 'StartError',
      exitCode: 128,
      message: expect.stringContaining('exec: "nope": executable file not found in $PATH'),
    });
    const running = await start();
    await expect(run(running, ['/nope'])).rejects.toThrow('exec: "/nope": stat /nope: no such file or directory');
    await expect(run(running, ['/etc/passwd'])).rejects.toThrow('exec: "/etc/passwd": permission denied');
  });

  it('ends on SIGTERM when something handles it, and not before SIGKILL when nothing does', async () => {
    const deaf = await start({ command: ['sleep', 'inf'] });
    deaf.signal('SIGTERM');
    expect((await run(deaf, ['true'])).code).toBe(0);
    deaf.signal('SIGKILL');
    expect(await deaf.exited).toMatchObject({ code: 137, signal: 9 });
    const polite = await start({ command: ['sh', '-c', "trap 'echo bye; exit 0' TERM; echo ready; sleep inf & wait"] });
    const said = polite.log.read({ follow: true, timestamps: false, signal });
    await new Promise((resolve) => said.once('data', resolve));
    polite.signal('SIGTERM');
    expect(await polite.exited).toMatchObject({ code: 0 });
    expect(await logs(polite)).toBe('ready\nbye\n');
  });

  it('takes its processes with it when the first one ends', async () => {
    const container = await start({ command: ['sh', '-c', 'sleep 0.2'] });
    const [code] = await Promise.all([run(container, ['sleep', 'inf']), container.exited]);
    expect(code.code).toBe(137);
    await expect(run(container, ['true'])).rejects.toThrow('not running');
  });

  it('streams its log while it writes', async () => {
    const container = await start({
      command: ['sh', '-c', 'for i in 1 2 3; do echo line $i; sleep 0.05; done; printf partial'],
    });
    const stream = container.log.read({ follow: true, timestamps: false, signal });
    const first = await new Promise<string>((resolve) => stream.once('data', (data) => resolve(data.toString())));
    expect(first).toBe('line 1\n');
    expect(await text(stream)).toBe('line 2\nline 3\npartial');
    expect(await logs(container, { timestamps: true })).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z line 1\n/);
    expect(await text(container.log.read({ follow: false, timestamps: false, tailLines: 2, signal }))).toBe(
      'line 3\npartial',
    );
    expect(container.log.tail()).toBe('line 1\nline 2\nline 3\npartial');
  });

  it('gives processes descriptors of /proc/1 to write its log by', async () => {
    const container = await start();
    await run(container, ['sh', '-c', 'echo from exec > /proc/1/fd/1']);
    expect(await logs(container)).toBe('from exec\n');
  });

  it('mounts volumes, single files and read-only ones, and follows links across them', async () => {
    const [data, config] = [volume(), volume()];
    await config.mkdir('/..2026', { recursive: true });
    await config.writeFile('/..2026/key', Buffer.from('value\n'));
    await config.symlink('..2026', '/..data');
    await config.symlink('..data/key', '/key');
    const container = await start({
      mounts: [
        { path: '/var/data', files: data, root: '/', readOnly: false },
        { path: '/etc/config', files: config, root: '/', readOnly: true },
        { path: '/etc/one.txt', files: config, root: '/..2026/key', readOnly: true },
      ],
    });
    const outcome = await run(container, [
      'sh',
      '-c',
      'cat /etc/config/key /etc/one.txt; ln -s /var/data /d; echo kept > /d/f; echo no > /etc/config/x; mount | grep -c /etc/',
    ]);
    expect(outcome.stdout).toBe('value\nvalue\n2\n');
    expect(outcome.stderr).toContain('Read-only file system');
    expect(Buffer.from(await data.readFile('/f')).toString()).toBe('kept\n');
  });

  it('keeps its root from writes when asked, but not its volumes', async () => {
    const container = await start({
      readOnlyRootFilesystem: true,
      mounts: [{ path: '/data', files: volume(), root: '/', readOnly: false }],
    });
    const outcome = await run(container, [
      'sh',
      '-c',
      'echo a > /tmp/a; echo b > /data/b && cat /data/b; echo > /dev/null && echo null',
    ]);
    expect(outcome).toMatchObject({ code: 0, stdout: 'b\nnull\n' });
    expect(outcome.stderr).toContain('Read-only file system');
  });

  it("runs as the user it is told to, with that user's permissions", async () => {
    const data = volume();
    await data.chmod('/', 0o2775);
    await data.chown('/', 0, 2000);
    const container = await start({
      runAsUser: 1000,
      runAsGroup: 3000,
      supplementalGroups: [2000],
      mounts: [{ path: '/data', files: data, root: '/', readOnly: false }],
    });
    const outcome = await run(container, [
      'sh',
      '-c',
      'id; touch /data/f && stat -c "%u %g" /data/f; touch /etc/x; cat /root/x; whoami',
    ]);
    expect(outcome.stdout).toBe('uid=1000 gid=3000 groups=3000,2000\n1000 2000\n');
    expect(outcome.stderr).toContain("touch: cannot touch '/etc/x': Permission denied");
  });

  it('copies trees out and in with tar, as kubectl cp does', async () => {
    const [from, to] = [await start(), await start()];
    await run(from, [
      'sh',
      '-c',
      `mkdir -p /src/a/${'long'.repeat(30)} && echo hello > /src/a/x && head -c 100000 /dev/urandom > /src/big && ln -s a/x /src/l`,
    ]);
    const [archive, piped] = [new PassThrough(), new PassThrough()];
    archive.pipe(piped);
    const taken = to.exec(['tar', '-xmf', '-', '-C', '/tmp'], { stdin: piped, tty: false, signal });
    await from.exec(['tar', 'cf', '-', '/src'], { stdout: archive, tty: false, signal });
    archive.end();
    expect((await taken).exitCode).toBe(0);
    const sum = 'cd SRC && find . | sort && sha256sum big a/x l';
    const original = await run(from, ['sh', '-c', sum.replace('SRC', '/src')]);
    expect(await run(to, ['sh', '-c', sum.replace('SRC', '/tmp/src')])).toEqual(original);
    expect(original.stdout).toContain('long'.repeat(30));
  });

  it('passes standard input on as it comes, and its end', async () => {
    const container = await start();
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    const done = container.exec(['cat'], { stdin, stdout, tty: false, signal });
    let seen = '';
    const first = new Promise<void>((resolve) => {
      stdout.on('data', (data) => {
        seen += data;
        resolve();
      });
    });
    stdin.write('one\n');
    await first;
    expect(seen).toBe('one\n');
    stdin.end('two\n');
    expect((await done).exitCode).toBe(0);
    expect(seen).toBe('one\ntwo\n');
  });

  it('lets a client attach to what it prints and reads', async () => {
    const container = await start({
      command: ['sh', '-c', 'read line; echo "got $line"'],
      stdin: true,
      stdinOnce: true,
    });
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    const attached = container.attach({ stdin, stdout, tty: false, signal });
    stdin.end('hello\n');
    expect((await attached).exitCode).toBe(0);
    stdout.end();
    expect(await text(stdout)).toBe('got hello\n');
  });

  it('ends what a client ran when the client goes', async () => {
    const container = await start();
    const gone = new AbortController();
    const done = container.exec(['sleep', 'inf'], { tty: false, signal: gone.signal });
    await run(container, ['sh', '-c', 'until [ $(ps | grep -c "sleep inf") -ge 2 ]; do sleep 0.01; done']);
    gone.abort();
    expect((await done).exitCode).toBe(137);
  });

  it('is removed with all its processes', async () => {
    const container = await start();
    container.remove();
    expect((await container.exited).code).toBe(137);
  });
});

describe('programs on the network', () => {
  it('reach each other by HTTP', async () => {
    const server = await start({ image: 'nginx:1.27', command: undefined });
    const client = await start({ image: 'debian:bookworm-slim' });
    const page = await run(client, [
      'sh',
      '-c',
      `curl -sS -o /dev/null -w '%{http_code} %{content_type}' http://${server.address}/; busybox wget -qO- ${server.address}/nope`,
    ]);
    expect(page.stdout).toBe('200 text/html');
    expect(page.stderr).toBe('wget: server returned error: HTTP/1.1 404 Not Found\n');
    expect(await logs(server)).toContain('"GET / HTTP/1.1" 200');
    server.signal('SIGTERM');
    expect((await server.exited).code).toBe(0);
    const refused = await run(client, ['curl', '-sS', `http://${server.address}/`]);
    expect(refused).toMatchObject({ code: 7, stderr: expect.stringContaining('Failed to connect to') });
  });

  it('talk through nc', async () => {
    const server = await start({ command: ['sh', '-c', 'echo answer | nc -l -p 9000'] });
    const client = await start();
    const outcome = await run(client, [
      'sh',
      '-c',
      `for i in 1 2 3 4 5; do echo question | nc ${server.address} 9000 && break; sleep 0.1; done`,
    ]);
    expect(outcome.stdout).toBe('answer\n');
    expect(await server.exited).toMatchObject({ code: 0 });
    expect(await logs(server)).toBe('question\n');
  });

  it('serve files as httpd does', async () => {
    const server = await start({ image: 'registry.k8s.io/e2e-test-images/httpd:2.4.38-4', command: undefined });
    expect(await text(await request(server.address, 80, '/index.html'))).toContain('It works!');
    await run(server, ['sh', '-c', 'mv -v /usr/local/apache2/htdocs/index.html /tmp/']);
    expect(await text(await request(server.address, 80, '/index.html'))).toContain('404');
  });

  async function request(host: string, port: number, path: string) {
    const connection = await network.dial(host, port);
    connection.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    return connection;
  }
});
