import type { IncomingMessage } from 'node:http';
import { basename } from '../../files/paths.ts';
import type { Process } from '../../process/process.ts';
import type { Options } from '../options.ts';
import { bodyOf } from './http-client.ts';
import { headerLines } from './urls.ts';

/** Of the file that an answer is written to. */
const fileDescriptor = 100;

/** Where an answer goes: standard output, or a file that is made when there is an answer to write. */
export class Sink {
  readonly #process: Process;
  readonly #withHead: boolean;
  readonly #file: string | undefined;
  #open = false;

  constructor(process: Process, options: Options, url: URL) {
    this.#process = process;
    this.#withHead = options.has('i', 'I');
    const file = options.value('o') ?? (options.has('O') ? basename(url.pathname) || 'index.html' : undefined);
    this.#file = file === '-' ? undefined : file;
  }

  async head(response: IncomingMessage): Promise<void> {
    if (!this.#withHead) return;
    const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage}`, ...headerLines(response)];
    await this.#process.write(await this.#fd(), `${lines.join('\r\n')}\r\n\r\n`);
  }

  /** Returns how many bytes the answer had. */
  async body(response: IncomingMessage): Promise<number> {
    const fd = await this.#fd();
    let size = 0;
    for await (const part of bodyOf(this.#process, response)) {
      size += part.length;
      await this.#process.write(fd, part);
    }
    if (fd !== 1) this.#process.descriptors.close(fd);
    return size;
  }

  async #fd(): Promise<number> {
    if (this.#file === undefined) return 1;
    const { descriptors, files } = this.#process;
    if (!this.#open) descriptors.open(fileDescriptor, await files.open(this.#file, 'write'));
    this.#open = true;
    return fileDescriptor;
  }
}

/** What `--write-out` asks for. */
export async function writeOut(
  process: Process,
  format: string | undefined,
  response: IncomingMessage | undefined,
  size: number,
  took: number,
): Promise<void> {
  if (format === undefined) return;
  const seconds = (took / 1000).toFixed(6);
  const values: Record<string, string> = {
    http_code: String(response?.statusCode ?? 0).padStart(3, '0'),
    response_code: String(response?.statusCode ?? 0).padStart(3, '0'),
    size_download: String(size),
    time_total: seconds,
    time_connect: '0.000000',
    time_namelookup: '0.000000',
    time_starttransfer: seconds,
    content_type: response?.headers['content-type'] ?? '',
    num_connects: '1',
    http_version: '1.1',
    remote_ip: response?.socket.remoteAddress ?? '',
  };
  await process.print(
    format
      .replace(/%\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t'),
  );
}
