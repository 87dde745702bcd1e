import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';

/** Headers of SPDY/3.1 frames: name-value blocks, compressed with a common dictionary and one stream per direction. */

export type SpdyHeaders = ReadonlyMap<string, string>;

/** Bytes of one block, unpacked: no client of ours comes near. */
const largest = 64 * 1024;

/** draft-mbelshe-httpbis-spdy-00, 2.6.10.1: words with their lengths, then everything that values are made of. */
const words =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow ' +
  'authorization cache-control connection content-base content-encoding content-language content-length ' +
  'content-location content-md5 content-range content-type date etag expect expires from host if-match ' +
  'if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma ' +
  'proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade ' +
  'user-agent vary via warning www-authenticate method get status';
const pairs = ['200 OK', 'version', 'HTTP/1.1', 'url', 'public', 'set-cookie', 'keep-alive', 'origin'];
const values =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505' +
  '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden' +
  '404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable' +
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,' +
  'publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

export const dictionary: Buffer = Buffer.concat([
  ...[...words.split(' '), ...pairs].map((word) => Buffer.concat([length(word), Buffer.from(word)])),
  Buffer.from(values),
]);

function length(word: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(word.length);
  return bytes;
}

/** Packs and unpacks the header blocks of one connection, in the order of their frames. */
export class HeaderCodec {
  readonly #inflate: Inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH });
  readonly #deflate: Deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });

  constructor() {
    // Whoever waits for a block is told; there may be nobody left to tell.
    this.#inflate.on('error', () => {});
    this.#deflate.on('error', () => {});
  }

  /** @throws Error where the block is not what it should be */
  async read(block: Buffer): Promise<SpdyHeaders> {
    const plain = await through(this.#inflate, block);
    const headers = new Map<string, string>();
    let at = 0;
    const number = () => {
      if (at + 4 > plain.length) throw new Error('SPDY header block ends too early');
      at += 4;
      return plain.readUInt32BE(at - 4);
    };
    const text = () => {
      const size = number();
      if (at + size > plain.length) throw new Error('SPDY header block ends too early');
      at += size;
      return plain.toString('utf8', at - size, at);
    };
    for (let count = number(); count > 0; count--) {
      const name = text().toLowerCase();
      headers.set(name, text());
    }
    return headers;
  }

  write(headers: SpdyHeaders): Promise<Buffer> {
    const parts = [number(headers.size)];
    for (const [name, value] of headers) {
      for (const text of [name, value]) {
        const bytes = Buffer.from(text);
        parts.push(number(bytes.length), bytes);
      }
    }
    return through(this.#deflate, Buffer.concat(parts));
  }

  close(): void {
    this.#inflate.close();
    this.#deflate.close();
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** What comes out for what is put in; the stream's state stays for what follows. */
function through(stream: Inflate | Deflate, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const data = (chunk: Buffer) => {
      size += chunk.length;
      if (size > largest) failed(new Error(`SPDY header block is larger than ${largest} bytes`));
      else chunks.push(chunk);
    };
    const finish = () => {
      stream.off('data', data);
      stream.off('error', failed);
    };
    const failed = (error: Error) => {
      finish();
      reject(error);
    };
    stream.on('data', data);
    stream.on('error', failed);
    stream.write(input);
    stream.flush(constants.Z_SYNC_FLUSH, () => {
      finish();
      resolve(Buffer.concat(chunks));
    });
  });
}
