import { type Process, ProcessEnded, type Program } from '../../process/process.ts';
import { describeError, errorCode } from '../errors.ts';
import { command, type Options } from '../options.ts';
import { Sink, writeOut } from './curl-output.ts';
import { CertificateError, sendRequest, TimeoutError } from './http-client.ts';
import { CurlError, headerLines, parseUrl } from './urls.ts';
import { wget } from './wget.ts';

/** curl and wget. */

const curlSpec = {
  flags: 'sSfkLivIOgN#046jGq',
  valued: 'XdHomuAewTFcbrxCZ',
  long: {
    silent: 's',
    'show-error': 'S',
    fail: 'f',
    'fail-with-body': 'f',
    insecure: 'k',
    location: 'L',
    include: 'i',
    verbose: 'v',
    head: 'I',
    'remote-name': 'O',
    request: 'X',
    data: 'd',
    'data-raw': 'd',
    'data-binary': 'd',
    'data-ascii': 'd',
    'data-urlencode': 'd',
    header: 'H',
    output: 'o',
    'max-time': 'm',
    user: 'u',
    'user-agent': 'A',
    referer: 'e',
    'write-out': 'w',
    'upload-file': 'T',
    form: 'F',
    'connect-timeout': 'C',
    retry: 'Z',
    cacert: 'r',
    'retry-delay': 'x',
    'no-buffer': 'N',
    compressed: 'N',
    get: 'G',
    'no-progress-meter': 's',
    'retry-connrefused': 'q',
    'retry-all-errors': 'q',
    json: 'd',
    ipv4: '4',
    globoff: 'g',
  },
};

const curl = command('curl', curlSpec, async (process, options) => {
  if (options.operands.length === 0) {
    await process.error("curl: try 'curl --help' for more information\n");
    return 2;
  }
  let code = 0;
  for (const operand of options.operands) {
    const attempts = Number(options.value('Z') ?? 0) + 1;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      let target: Target | undefined;
      try {
        target = { url: parseUrl(operand) };
        code = await fetchOne(process, options, target);
        break;
      } catch (error) {
        if (error instanceof ProcessEnded) throw error;
        const failure = explain(error, target?.url);
        const retries = attempt < attempts && (failure.code === 28 || options.has('q') || failure.code === 6);
        if (retries) {
          await process.sleep(Number(options.value('x') ?? 2 ** (attempt - 1)) * 1000);
          continue;
        }
        if (!options.has('s') || options.has('S')) await process.error(`curl: (${failure.code}) ${failure.message}\n`);
        await writeOut(process, options.value('w'), undefined, 0, 0);
        code = failure.code;
        break;
      }
    }
  }
  return code;
});

/** What is asked just now: another one after a redirection, and errors are about that. */
interface Target {
  url: URL;
}

function explain(error: unknown, url: URL | undefined): { code: number; message: string } {
  // Nothing else happens before there is a URL.
  if (error instanceof CurlError || !url) return error as CurlError;
  const { hostname, port } = url;
  if (error instanceof TimeoutError)
    return { code: 28, message: `Connection timed out after ${error.milliseconds} milliseconds` };
  if (error instanceof CertificateError) return { code: 60, message: `SSL certificate problem: ${error.message}` };
  switch (errorCode(error)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { code: 6, message: `Could not resolve host: ${hostname}` };
    case 'ETIMEDOUT':
      return {
        code: 28,
        message: `Failed to connect to ${hostname} port ${port || 80} after 130000 ms: Couldn't connect to server`,
      };
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
      return {
        code: 7,
        message: `Failed to connect to ${hostname} port ${port || 80} after 0 ms: Couldn't connect to server`,
      };
    case 'ECONNRESET':
      return { code: 56, message: 'Recv failure: Connection reset by peer' };
    case 'HPE_INVALID_CONSTANT':
      return { code: 1, message: 'Received HTTP/0.9 when not allowed' };
    default:
      return {
        code: error instanceof Error && error.message === 'socket hang up' ? 52 : 56,
        message:
          error instanceof Error && error.message === 'socket hang up'
            ? 'Empty reply from server'
            : describeError(error),
      };
  }
}

async function bodyFrom(process: Process, options: Options): Promise<Uint8Array | undefined> {
  const upload = options.value('T');
  if (upload) return process.files.readFile(upload);
  const data = options.values('d');
  if (data.length === 0) return undefined;
  const parts: string[] = [];
  for (const text of data) {
    if (!text.startsWith('@')) parts.push(text);
    else if (text === '@-') parts.push((await process.readAll(0)).toString('utf8'));
    else parts.push(await process.files.readText(text.slice(1)));
  }
  return new TextEncoder().encode(parts.join('&'));
}

async function fetchOne(process: Process, options: Options, target: Target): Promise<number> {
  const { url: first } = target;
  let body = await bodyFrom(process, options);
  if (options.has('G') && body) {
    first.search = new TextDecoder().decode(body);
    body = undefined;
  }
  const headers: Record<string, string> = { 'user-agent': options.value('A') ?? 'curl/8.5.0', accept: '*/*' };
  if (body && !options.has('T')) headers['content-type'] = 'application/x-www-form-urlencoded';
  const user = options.value('u');
  if (user) headers.authorization = `Basic ${Buffer.from(user).toString('base64')}`;
  for (const header of options.values('H')) {
    const at = header.indexOf(':');
    const name = header.slice(0, at).trim().toLowerCase();
    const value = header.slice(at + 1).trim();
    if (value === '') delete headers[name];
    else headers[name] = value;
  }
  let method = options.value('X') ?? (options.has('I') ? 'HEAD' : options.has('T') ? 'PUT' : body ? 'POST' : 'GET');
  const seconds = (letter: string) =>
    options.value(letter) === undefined ? undefined : Number(options.value(letter)) * 1000;
  const authority = options.value('r') ? await process.files.readText(options.value('r')!) : undefined;
  const began = process.system.clock.now();
  const sink = new Sink(process, options, first);
  for (let hops = 0; ; hops++) {
    const { url } = target;
    const verbose: string[] = [];
    const { response, finish } = await sendRequest(process, {
      method,
      url,
      headers,
      body,
      authority,
      insecure: options.has('k'),
      timeout: seconds('m'),
      connectTimeout: seconds('C'),
      connected: (address, port) => {
        verbose.push(
          `* Connected to ${url.hostname} (${address}) port ${port}`,
          `> ${method} ${url.pathname}${url.search} HTTP/1.1`,
          `> Host: ${url.host}`,
          ...Object.entries(headers).map(([name, value]) => `> ${capital(name)}: ${value}`),
          '>',
        );
      },
    });
    try {
      if (options.has('v')) {
        const received = [
          `< HTTP/1.1 ${response.statusCode} ${response.statusMessage}`,
          ...headerLines(response).map((line) => `< ${line}`),
          '<',
        ];
        await process.error(`${[...verbose, ...received].join('\n')}\n`);
      }
      const location = response.headers.location;
      if (options.has('L') && location && response.statusCode! >= 300 && response.statusCode! < 400 && hops < 50) {
        response.resume();
        await sink.head(response);
        target.url = new URL(location, url);
        if (response.statusCode === 303 || (method === 'POST' && response.statusCode! < 307)) {
          method = 'GET';
          body = undefined;
          delete headers['content-type'];
        }
        continue;
      }
      if (response.statusCode! >= 400 && options.has('f')) {
        response.resume();
        throw new CurlError(22, `The requested URL returned error: ${response.statusCode}`);
      }
      await sink.head(response);
      const size = await sink.body(response);
      await writeOut(process, options.value('w'), response, size, process.system.clock.now() - began);
      return 0;
    } finally {
      finish();
    }
  }
}

function capital(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

export const httpCommands: Readonly<Record<string, Program>> = { curl, wget };
