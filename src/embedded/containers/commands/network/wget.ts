import { basename } from '../../files/paths.ts';
import { ProcessEnded } from '../../process/process.ts';
import { describeError, errorCode } from '../errors.ts';
import { command } from '../options.ts';
import { bodyOf, sendRequest, TimeoutError } from './http-client.ts';
import { headerLines, parseUrl } from './urls.ts';

const wgetSpec = {
  flags: 'qScvdnH',
  valued: 'OTtUPoeXBDY',
  long: {
    quiet: 'q',
    'output-document': 'O',
    timeout: 'T',
    tries: 't',
    'post-data': 'D',
    header: 'X',
    spider: 'H',
    'no-check-certificate': 'n',
    'server-response': 'S',
    'user-agent': 'U',
    'no-verbose': 'q',
    'post-file': 'B',
    method: 'Y',
    'body-data': 'D',
  },
};

export const wget = command('wget', wgetSpec, async (process, options) => {
  const quiet = options.has('q');
  const say = (text: string) => (quiet ? Promise.resolve() : process.error(text));
  for (const operand of options.operands) {
    let url: URL;
    try {
      url = parseUrl(operand);
    } catch {
      await process.error(`wget: not an http or ftp url: ${operand}\n`);
      return 1;
    }
    const data =
      options.value('D') ?? (options.value('B') ? await process.files.readText(options.value('B')!) : undefined);
    const headers: Record<string, string> = {
      'user-agent': options.value('U') ?? 'Wget',
      ...(data !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    for (const header of options.values('X'))
      headers[header.slice(0, header.indexOf(':')).toLowerCase()] = header.slice(header.indexOf(':') + 1).trim();
    const seconds = options.value('T');
    try {
      for (let hops = 0; hops < 10; hops++) {
        const { response, finish } = await sendRequest(process, {
          method: options.value('Y') ?? (data === undefined ? (options.has('H') ? 'HEAD' : 'GET') : 'POST'),
          url,
          headers,
          insecure: true,
          body: data === undefined ? undefined : new TextEncoder().encode(data),
          timeout: seconds === undefined ? undefined : Number(seconds) * 1000,
          connected: (address, port) => void say(`Connecting to ${url.host} (${address}:${port})\n`).catch(() => {}),
        });
        try {
          const status = response.statusCode!;
          if (options.has('S'))
            await process.error(
              `  HTTP/1.1 ${status} ${response.statusMessage}\n${headerLines(response)
                .map((line) => `  ${line}\n`)
                .join('')}`,
            );
          if (status >= 300 && status < 400 && response.headers.location) {
            response.resume();
            url = new URL(response.headers.location, url);
            continue;
          }
          if (status >= 400) {
            response.resume();
            await process.error(`wget: server returned error: HTTP/1.1 ${status} ${response.statusMessage}\n`);
            return 1;
          }
          if (options.has('H')) {
            await say('remote file exists\n');
            return 0;
          }
          const target = options.value('O') ?? (basename(url.pathname).replace(/^\/$/, '') || 'index.html');
          const stdout = target === '-';
          if (!stdout) {
            await say(`saving to '${target}'\n`);
            process.descriptors.open(100, await process.files.open(target, 'write'));
          } else await say('writing to stdout\n');
          let size = 0;
          for await (const part of bodyOf(process, response)) {
            size += part.length;
            await process.write(stdout ? 1 : 100, part);
          }
          if (!stdout) process.descriptors.close(100);
          await say(
            `${(stdout ? '-' : target).padEnd(20)} 100% |********************************| ${String(size).padStart(5)}  0:00:00 ETA\n${stdout ? 'written to stdout' : `'${target}' saved`}\n`,
          );
          break;
        } finally {
          finish();
        }
      }
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      const code = errorCode(error);
      const where = `${url.hostname}`;
      if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') await process.error(`wget: bad address '${where}'\n`);
      else if (error instanceof TimeoutError) await process.error('wget: download timed out\n');
      else if (code === 'ECONNREFUSED' || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH')
        await process.error(
          `wget: can't connect to remote host (${(error as { address?: string }).address ?? where}): ${describeError(error)}\n`,
        );
      else
        await process.error(
          `wget: ${error instanceof Error && error.message === 'socket hang up' ? 'error getting response' : describeError(error)}\n`,
        );
      return 1;
    }
  }
  return 0;
});
