import { targetOf } from '../../../../workloads/http-server.ts';
import { describeError, errorCode } from '../../commands/errors.ts';
import { connect } from '../../commands/network/names.ts';
import { askOverUdp } from '../../commands/network/udp.ts';
import { basename } from '../../files/paths.ts';
import { type Process, ProcessEnded, type Program } from '../../process/process.ts';
import { strftime } from '../../shell/printf.ts';
import { serveHttp, signalled } from '../http-server.ts';
import { fileServer } from '../web-servers.ts';
import { Flags, goDuration } from './flags.ts';
import { grpcHealth } from './grpc-health.ts';
import { guestbook } from './guestbook.ts';
import { mounttest } from './mounttest.ts';
import { log, netexec } from './netexec.ts';

type Subcommand = (process: Process, args: readonly string[]) => Promise<number>;

/** The image Kubernetes' end-to-end tests use: many small servers and probes under one name. */
export const agnhost: Program = async (process) => {
  const name = process.argv[1] ?? '';
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (!subcommand) {
    const known = Object.keys(subcommands).sort().join(', ');
    await process.error(`Error: unknown command "${name}" for "app"\nOrdinal's agnhost knows: ${known}\n`);
    return 1;
  }
  try {
    return await subcommand(process, process.argv.slice(2));
  } catch (error) {
    if (error instanceof ProcessEnded) throw error;
    await log(process, describeError(error));
    return 1;
  }
};

/** A Go program that handles no signal of its own: the runtime makes it exit with 2. */
function untilTerminated(process: Process): Promise<number> {
  return process.block(signalled(process, 'SIGTERM', 'SIGINT').then(() => 2));
}

const pause: Subcommand = async (process) => {
  await process.print('Paused\n');
  const name = await process.block(signalled(process, 'SIGTERM', 'SIGINT'));
  return name === 'SIGINT' ? 1 : 2;
};

const serveHostname: Subcommand = async (process, args) => {
  const flags = new Flags(args, ['tcp', 'udp', 'http', 'close']);
  const port = flags.number('port', 9376);
  const { hostname } = process.system;
  if (flags.has('tcp')) {
    const listener = await process.network.listen(port, (connection) => {
      void log(process, `TCP request from ${connection.remoteAddress}:${connection.remotePort}`);
      connection.end(hostname);
    });
    process.onEnd(() => listener.close());
  } else {
    await serveHttp(process, port, (request, response) => {
      void log(process, `HTTP request from ${request.socket.remoteAddress}:${request.socket.remotePort}`);
      if (flags.has('close')) response.setHeader('Connection', 'close');
      response.end(hostname);
    });
  }
  await log(process, `Serving on port ${port}.`);
  await process.block(signalled(process, 'SIGTERM'));
  await log(process, 'Shutting down after receiving signal: terminated.');
  await log(process, 'Awaiting pod deletion.');
  await process.sleep(60_000);
  return 0;
};

const porter: Subcommand = async (process, args) => {
  const json = new Flags(args, ['json-response']).has('json-response');
  for (const [name, value] of Object.entries(process.env)) {
    const port = /^SERVE_PORT_(\d+)$/.exec(name)?.[1];
    if (!port) continue;
    await serveHttp(process, Number(port), (request, response) => {
      if (json) response.setHeader('Content-Type', 'application/json');
      response.end(json ? JSON.stringify({ Method: request.method, Body: value }) : value);
    });
  }
  return untilTerminated(process);
};

const logsGenerator: Subcommand = async (process, args) => {
  const flags = new Flags(args);
  const total = flags.number('log-lines-total', flags.number('t', 0));
  const duration = goDuration(flags.text('run-duration', flags.text('d', '')));
  if (total <= 0 || duration === undefined) {
    await log(process, `Invalid total number of lines: ${total}`);
    return 1;
  }
  const pick = (items: readonly string[]) => items[Math.floor(process.system.random() * items.length)]!;
  for (let line = 0; line < total; line++) {
    const stamp = strftime('%m%d %T.%N', process.system.clock.now()).slice(0, -3);
    const path = `/api/v1/namespaces/${pick(['kube-system', 'default', 'ns'])}/pods/${pick(['abcd', 'xyz', 'q4f8', '7kz'])}`;
    const status = 200 + Math.floor(process.system.random() * 400);
    await process.error(
      `I${stamp}       1 logs_generator.go:76] ${line} ${pick(['GET', 'POST', 'PUT'])} ${path} ${status}\n`,
    );
    await process.sleep(duration / total);
  }
  return 0;
};

const liveness: Subcommand = async (process) => {
  const started = process.system.clock.now();
  await serveHttp(process, 8080, (request, response) => {
    const url = targetOf(request);
    const seconds = (process.system.clock.now() - started) / 1000;
    if (url.pathname === '/started') response.end(`${seconds}s`);
    else if (url.pathname === '/redirect')
      response.writeHead(302, { Location: decodeURIComponent(url.searchParams.get('loc') ?? '/') }).end();
    else if (url.pathname === '/healthz')
      response.writeHead(seconds > 10 ? 500 : 200).end(seconds > 10 ? `error: ${seconds}` : 'ok');
    else response.writeHead(404).end('404 page not found\n');
  });
  return untilTerminated(process);
};

const testWebserver: Subcommand = async (process, args) => {
  if (!(await fileServer(process, new Flags(args).number('port', 80)))) return 1;
  return untilTerminated(process);
};

const connectTo: Subcommand = async (process, args) => {
  const flags = new Flags(args);
  const [host, port] = (flags.operands[0] ?? '').split(/:(?=\d+$)/);
  const timeout = goDuration(flags.text('timeout', '60s')) ?? 60_000;
  const stop = new AbortController();
  const timer = process.schedule(timeout, () => stop.abort(new Error('TIMEOUT')));
  try {
    if (flags.text('protocol', 'tcp') === 'udp') {
      await askOverUdp(process, host ?? '', Number(port), `${flags.text('udp-data', 'hostname')}\n`, timeout);
      return 0;
    }
    (await connect(process, host ?? '', Number(port), AbortSignal.any([stop.signal, process.ending]))).destroy();
    return 0;
  } catch (error) {
    if (error instanceof ProcessEnded) throw error;
    const code = errorCode(error);
    await process.error(
      `${stop.signal.aborted || code === 'ETIMEDOUT' ? 'TIMEOUT' : code === 'ECONNREFUSED' ? 'REFUSED' : code === 'ENOTFOUND' ? 'DNS' : 'OTHER'}\n`,
    );
    return 1;
  } finally {
    timer.cancel();
  }
};

const subcommands: Readonly<Record<string, Subcommand>> = {
  pause,
  netexec,
  porter,
  liveness,
  mounttest,
  guestbook,
  'grpc-health-checking': grpcHealth,
  'serve-hostname': serveHostname,
  'logs-generator': logsGenerator,
  'test-webserver': testWebserver,
  connect: connectTo,
  'entrypoint-tester': async (process) => {
    await process.print(`[${process.argv.join(' ')}]\n`);
    return 0;
  },
  'dns-suffix': async (process) => {
    await process.print(`${process.network.dns.searches.join(',')}\n`);
    return 0;
  },
  'dns-server-list': async (process) => {
    await process.print(`${process.network.dns.nameservers.join(',')}\n`);
    return 0;
  },
  'etc-hosts': async (process) => {
    await process.write(1, await process.files.readFile('/etc/hosts'));
    return 0;
  },
  help: async (process) => {
    await process.print(`${basename(process.name)} is the image used in Kubernetes' end-to-end tests.\n`);
    return 0;
  },
};
