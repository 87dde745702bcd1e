import type { IncomingMessage, ServerResponse } from 'node:http';
import { targetOf } from '../../../workloads/http-server.ts';
import { describeError, errorCode } from '../commands/errors.ts';
import { normalize } from '../files/paths.ts';
import type { Process, Program } from '../process/process.ts';
import { strftime } from '../shell/printf.ts';
import { serveHttp, signalled } from './http-server.ts';

/** nginx, Apache and BusyBox's httpd, as far as serving files goes. */

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
};

interface Site {
  readonly server: string;
  readonly root: string;
  readonly index: readonly string[];
  readonly listing: boolean;
  page(status: number, reason: string): string;
}

async function answer(
  process: Process,
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ status: number; size: number }> {
  const reply = (status: number, body: Uint8Array | string, headers: Record<string, string> = {}) => {
    const size = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    response.writeHead(status, { Server: site.server, 'Content-Length': size, ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
    return { status, size };
  };
  const failed = (status: number, reason: string) =>
    reply(status, site.page(status, reason), { 'Content-Type': 'text/html' });
  if (request.method !== 'GET' && request.method !== 'HEAD') return failed(405, 'Not Allowed');
  let path: string;
  try {
    path = normalize(decodeURIComponent(targetOf(request).pathname));
  } catch {
    return failed(400, 'Bad Request');
  }
  const target = normalize(`${site.root}/${path}`);
  try {
    let file = target;
    const found = await process.files.find(target);
    if (found?.type === 'directory') {
      const url = targetOf(request).pathname;
      if (!url.endsWith('/')) return reply(301, '', { Location: `${url}/` });
      const index: string[] = [];
      for (const name of site.index)
        if (await process.files.exists(`${target}/${name}`)) index.push(`${target}/${name}`);
      if (index[0]) file = index[0];
      else if (!site.listing) return failed(403, 'Forbidden');
      else {
        const names = await process.files.readdir(target);
        return reply(
          200,
          `<pre>\n${names.map((name) => `<a href="${encodeURI(name)}">${name}</a>\n`).join('')}</pre>\n`,
          { 'Content-Type': 'text/html; charset=utf-8' },
        );
      }
    }
    const data = await process.files.readFile(file);
    const { mtime } = await process.files.stat(file);
    const extension = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
    return reply(200, data, {
      'Content-Type': types[extension] ?? 'text/plain',
      'Last-Modified': new Date(mtime).toUTCString(),
    });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return failed(404, 'Not Found');
    return failed(code === 'EACCES' ? 403 : 500, code === 'EACCES' ? 'Forbidden' : 'Internal Server Error');
  }
}

function accessLine(
  process: Process,
  request: IncomingMessage,
  { status, size }: { status: number; size: number },
): string {
  const at = strftime('%d/%b/%Y:%T +0000', process.system.clock.now());
  const agent = request.headers['user-agent'] ?? '-';
  return `${request.socket.remoteAddress} - - [${at}] "${request.method} ${request.url} HTTP/${request.httpVersion}" ${status} ${size} "-" "${agent}" "-"\n`;
}

async function listen(process: Process, name: string, port: number, site: Site, logs: boolean): Promise<boolean> {
  try {
    await serveHttp(process, port, (request, response) => {
      void answer(process, site, request, response).then(
        (outcome) => (logs ? process.print(accessLine(process, request, outcome)).catch(() => {}) : undefined),
        () => response.destroy(),
      );
    });
    return true;
  } catch (error) {
    await process.error(`${name}: bind() to 0.0.0.0:${port} failed (${describeError(error)})\n`);
    return false;
  }
}

/** The first `directive value;` of the configuration that stands alone in its clause. */
function directive(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}\\s+([^;#]+);`, 'm').exec(text)?.[1]?.trim();
}

export const nginx: Program = async (process) => {
  const args = process.argv.slice(1);
  if (args.includes('-v') || args.includes('-V')) {
    await process.error('nginx version: nginx/1.27.3\n');
    return 0;
  }
  const read = (path: string) => process.files.readText(path).catch(() => '');
  const extra: string[] = [];
  for (const name of await process.files.readdir('/etc/nginx/conf.d').catch(() => [] as string[])) {
    if (name.endsWith('.conf')) extra.push(await read(`/etc/nginx/conf.d/${name}`));
  }
  const text = [...extra, await read('/etc/nginx/nginx.conf')].join('\n');
  if ((text.match(/\{/g)?.length ?? 0) !== (text.match(/\}/g)?.length ?? 0)) {
    await process.error(
      `${strftime('%Y/%m/%d %T', process.system.clock.now())} [emerg] 1#1: unexpected end of file, expecting "}" in /etc/nginx/nginx.conf\nnginx: configuration file /etc/nginx/nginx.conf test failed\n`,
    );
    return 1;
  }
  if (args.includes('-t')) {
    await process.error(
      'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
    );
    return 0;
  }
  if (args.includes('-s')) {
    const master = [...process.system.processes.values()].find(
      (other) => other !== process && other.name.endsWith('nginx'),
    );
    master?.deliver(
      args[args.indexOf('-s') + 1] === 'stop'
        ? 'SIGTERM'
        : args[args.indexOf('-s') + 1] === 'quit'
          ? 'SIGQUIT'
          : 'SIGHUP',
    );
    return master ? 0 : 1;
  }
  process.onSignal('SIGHUP', 'ignore');
  const stopped = signalled(process, 'SIGTERM', 'SIGQUIT', 'SIGINT');
  const port = Number(/(?:^|:)(\d+)/.exec(directive(text, 'listen') ?? '80')?.[1] ?? 80);
  const page = (status: number, reason: string) =>
    `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx/1.27.3</center>\r\n</body>\r\n</html>\r\n`;
  const site: Site = {
    server: 'nginx/1.27.3',
    root: directive(text, 'root') ?? '/usr/share/nginx/html',
    index: ['index.html', 'index.htm'],
    listing: false,
    page,
  };
  if (!(await listen(process, 'nginx: [emerg]', port, site, true))) return 1;
  const notice = (message: string) =>
    process.error(`${strftime('%Y/%m/%d %T', process.system.clock.now())} [notice] 1#1: ${message}\n`);
  await notice('nginx/1.27.3');
  await notice('start worker processes');
  await process.block(stopped);
  await notice('exit');
  return 0;
};

export const apache: Program = async (process) => {
  const stopped = signalled(process, 'SIGTERM', 'SIGWINCH', 'SIGINT');
  const text = await process.files.readText('/usr/local/apache2/conf/httpd.conf').catch(() => '');
  const port = Number(/^Listen\s+(?:\S+:)?(\d+)/m.exec(text)?.[1] ?? 80);
  const page = (status: number, reason: string) =>
    `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n</body></html>\n`;
  const site: Site = {
    server: 'Apache/2.4.62 (Unix)',
    root: '/usr/local/apache2/htdocs',
    index: ['index.html'],
    listing: true,
    page,
  };
  if (!(await listen(process, '(98)Address already in use: AH00072: make_sock', port, site, true))) return 1;
  const note = (code: string, message: string) =>
    process.error(
      `[${strftime('%a %b %d %T.000000 %Y', process.system.clock.now())}] [mpm_event:notice] [pid 1:tid 1] ${code}: ${message}\n`,
    );
  await note('AH00489', 'Apache/2.4.62 (Unix) configured -- resuming normal operations');
  await process.block(stopped);
  await note('AH00491', 'caught SIGTERM, shutting down');
  return 0;
};

/** busybox httpd -f -p 8080 -h /www; without -f it goes on in the background. */
export const httpd: Program = async (process) => {
  const args = process.argv.slice(1);
  const value = (flag: string) =>
    args
      .map((word, index) =>
        word === flag ? args[index + 1] : word.startsWith(flag) && word.length > 2 ? word.slice(2) : undefined,
      )
      .find((found) => found !== undefined);
  const port = Number(value('-p')?.split(':').at(-1) ?? 80);
  const page = (status: number, reason: string) =>
    `<HTML><HEAD><TITLE>${status} ${reason}</TITLE></HEAD>\n<BODY><H1>${status} ${reason}</H1>\n</BODY></HTML>\n`;
  const site: Site = {
    server: 'busybox httpd',
    root: process.files.path(value('-h') ?? '.'),
    index: ['index.html'],
    listing: false,
    page,
  };
  const serve = async (own: Process) => {
    if (!(await listen(own, 'httpd', port, site, args.includes('-v')))) return 1;
    await own.block(new Promise(() => {}));
    return 0;
  };
  if (args.includes('-f')) return serve(process);
  process.spawn({ argv: process.argv, program: serve, newGroup: true });
  return 0;
};

/** The pictures of the update demo, which tell one version from the other. */
export const updateDemo: Program = async (process) => {
  const stopped = signalled(process, 'SIGTERM', 'SIGINT');
  if (!(await fileServer(process, 80))) return 1;
  await process.block(stopped);
  return 2;
};

/** agnhost's test-webserver: the whole file system. */
export function fileServer(process: Process, port: number): Promise<boolean> {
  const page = (status: number, reason: string) => (status === 404 ? '404 page not found\n' : `${reason}\n`);
  return listen(
    process,
    'test-webserver',
    port,
    { server: 'agnhost', root: '/', index: ['index.html'], listing: true, page },
    false,
  );
}
