import type { IncomingMessage, ServerResponse } from 'node:http';
import { targetOf } from '../../../../workloads/http-server.ts';
import { describeError } from '../../commands/errors.ts';
import { bodyOf, sendRequest } from '../../commands/network/http-client.ts';
import { askOverUdp, UdpSocket } from '../../commands/network/udp.ts';
import { runCommand } from '../../commands/run.ts';
import { Pipe } from '../../process/pipe.ts';
import type { Process } from '../../process/process.ts';
import { strftime } from '../../shell/printf.ts';
import { serveHttp, signalled } from '../http-server.ts';
import { Flags, goDuration } from './flags.ts';

/** agnhost netexec: an HTTP server that answers with what it sees, and runs commands for whoever asks. */
export async function netexec(process: Process, args: readonly string[]): Promise<number> {
  const flags = new Flags(args);
  const port = flags.number('http-port', 8080);
  const override = flags.text('http-override', '');
  let exit!: (code: number) => void;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  let terminating = false;
  void signalled(process, 'SIGTERM')
    .then(
      async () => {
        terminating = true;
        const delay = flags.number('delay-shutdown', 0);
        if (delay > 0) {
          await log(process, `Sleeping ${delay} seconds before terminating...`);
          await process.sleep(delay * 1000);
        }
        exit(0);
      },
      () => {},
    )
    .catch(() => {});

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = targetOf(override ? { url: override } : request);
    const send = (status: number, body: string, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
      response.end(body);
    };
    const query = await parameters(request, url);
    await log(process, `GET ${url.pathname}${url.search}`);
    switch (url.pathname) {
      case '/clientip':
        return send(200, `${request.socket.remoteAddress}:${request.socket.remotePort}`);
      case '/hostname':
      case '/hostName':
        return send(200, process.system.hostname);
      case '/header': {
        const key = query.get('key');
        return send(200, key ? String(request.headers[key.toLowerCase()] ?? '') : JSON.stringify(goHeaders(request)));
      }
      case '/echo':
        return send(Number(query.get('code') || 200), query.get('msg') ?? '');
      case '/healthz':
        return send(200, '');
      case '/readyz':
        return send(terminating ? 503 : 200, '');
      case '/redirect':
        return send(Number(query.get('code') || 302), '', { Location: query.get('location') ?? '/' });
      case '/exit': {
        const wait = goDuration(query.get('wait') || '0') ?? 0;
        send(200, '');
        await process.sleep(wait);
        return exit(Number(query.get('code') || 0));
      }
      case '/shutdown':
        return exit(0);
      case '/shell': {
        const { output, error } = await shell(process, query.get('shellCommand') || query.get('cmd') || '');
        return send(error ? 417 : 200, JSON.stringify({ ...(output && { output }), ...(error && { error }) }));
      }
      case '/dial':
        return dial(process, query, send);
      default:
        return send(200, `NOW: ${strftime('%Y-%m-%d %H:%M:%S.%N +0000 UTC', process.system.clock.now())}`);
    }
  };
  await serveHttp(process, port, (request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });
  await log(process, `Started HTTP server on port ${port}`);
  const udpPort = flags.number('udp-port', 8081);
  if (udpPort !== -1) {
    void answerUdp(process, new UdpSocket(process, udpPort)).catch(() => {});
    await log(process, `Started UDP server on port  ${udpPort}`);
  }
  return process.block(exited);
}

async function answerUdp(process: Process, socket: UdpSocket): Promise<never> {
  for (;;) {
    const { data, address, port } = await socket.receive();
    const text = Buffer.from(data).toString('utf8').trim().toLowerCase();
    const client = `${address}:${port}`;
    const send = (answer: string) => socket.send(Buffer.from(answer), address, port);
    if (text === 'hostname') {
      await log(process, 'Sending udp hostName response');
      send(process.system.hostname);
    } else if (text.startsWith('echo ')) {
      await log(process, `Echoing ${text.slice(5)} to UDP client ${client}`);
      send(text.slice(5));
    } else if (text === 'clientip') {
      await log(process, `Sending clientip back to UDP client ${client}`);
      send(client);
    } else if (text !== '') {
      await log(process, `Unknown UDP command received from ${client}: ${text}`);
    }
  }
}

/** As Go's log package writes through klog, which names the file that called it and the process 1. */
export function log(process: Process, message: string): Promise<void> {
  const time = strftime('%m%d %H:%M:%S.%N', process.system.clock.now()).slice(0, -3);
  return process.error(`I${time}       1 log.go:244] ${message}\n`).catch(() => {});
}

async function parameters(request: IncomingMessage, url: URL): Promise<URLSearchParams> {
  if (request.method !== 'POST') return url.searchParams;
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const form = new URLSearchParams(Buffer.concat(parts).toString('utf8'));
  for (const [name, value] of url.searchParams) if (!form.has(name)) form.set(name, value);
  return form;
}

function goHeaders(request: IncomingMessage): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const key = name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    if (key !== 'Host') headers[key] = Array.isArray(value) ? value : [value ?? ''];
  }
  return headers;
}

async function shell(process: Process, text: string): Promise<{ output: string; error: string }> {
  const pipe = new Pipe(process.system.inode());
  const descriptors = process.descriptors.clone();
  descriptors.open(1, pipe.writer);
  descriptors.duplicate(1, 2);
  const running = runCommand(process, ['sh', '-c', text], 'netexec', { descriptors });
  const parts: Uint8Array[] = [];
  for (
    let part = await process.block(pipe.reader.read!(65_536));
    part;
    part = await process.block(pipe.reader.read!(65_536))
  )
    parts.push(part);
  const code = await running;
  return { output: Buffer.concat(parts).toString('utf8'), error: code === 0 ? '' : `exit status ${code}` };
}

async function dial(
  process: Process,
  query: URLSearchParams,
  send: (status: number, body: string) => void,
): Promise<void> {
  const [host, port, request] = [query.get('host'), query.get('port'), query.get('request')];
  const tries = Number(query.get('tries') || 1);
  const protocol = query.get('protocol') || 'http';
  if (!host || !port || !request) return send(400, 'host, port and request are required');
  if (protocol !== 'http' && protocol !== 'udp') return send(400, `unsupported protocol: ${protocol}`);
  const responses: string[] = [];
  const errors: string[] = [];
  for (let attempt = 0; attempt < Math.min(tries, 1000); attempt++) {
    try {
      if (protocol === 'udp') {
        responses.push((await askOverUdp(process, host, Number(port), request, 5000)).trim());
        errors.length = 0;
        continue;
      }
      const url = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}/${request.replace(/^\//, '')}`);
      const { response, finish } = await sendRequest(process, { method: 'GET', url, headers: {}, timeout: 5000 });
      let text = '';
      for await (const part of bodyOf(process, response)) text += part.toString('utf8');
      finish();
      responses.push(text.trim());
      errors.length = 0;
    } catch (error) {
      errors.push(describeError(error));
    }
  }
  const body = { ...(responses.length > 0 && { responses }), ...(errors.length > 0 && { errors }) };
  send(errors.length > 0 && responses.length === 0 ? 417 : 200, JSON.stringify(body));
}
