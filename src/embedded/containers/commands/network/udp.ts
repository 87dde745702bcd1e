import { NetworkError } from '../../../network/errors.ts';
import type { Process } from '../../process/process.ts';
import { addresses } from './names.ts';

/** UDP as programs use it, and nc's side of it. */

export interface Datagram {
  readonly data: Uint8Array;
  readonly address: string;
  readonly port: number;
}

/** What may wait to be read: more is lost, as with a kernel's buffer that is full. */
const longestQueue = 256;

/** A socket of a process, closed when it ends. */
export class UdpSocket {
  readonly port: number;
  readonly #process: Process;
  readonly #send: (data: Uint8Array, address: string, port: number) => void;
  readonly #close: () => void;
  readonly #queue: (Datagram | NetworkError)[] = [];
  #wake = () => {};

  /** @throws NetworkError EADDRINUSE */
  constructor(process: Process, port = 0) {
    this.#process = process;
    const put = (item: Datagram | NetworkError) => {
      if (this.#queue.length < longestQueue) this.#queue.push(item);
      this.#wake();
    };
    const socket = process.network.bind(port, {
      message: (data, from) => put({ data, ...from }),
      refused: (by) => put(new NetworkError('ECONNREFUSED', 'read', by.address, by.port)),
    });
    this.port = socket.port;
    this.#send = socket.send;
    const forget = process.onEnd(() => socket.close());
    this.#close = () => {
      forget();
      socket.close();
    };
  }

  send(data: Uint8Array, address: string, port: number): void {
    this.#send(data, address, port);
  }

  /** Rejects with ECONNREFUSED where nobody listens, and with ETIMEDOUT after so many milliseconds. */
  async receive(timeout?: number): Promise<Datagram> {
    let timer: ReturnType<Process['schedule']> | undefined;
    try {
      while (this.#queue.length === 0) {
        await this.#process.block(
          new Promise<void>((resolve, reject) => {
            this.#wake = resolve;
            timer ??=
              timeout === undefined
                ? undefined
                : this.#process.schedule(timeout, () => reject(new NetworkError('ETIMEDOUT', 'read', '0.0.0.0')));
          }),
        );
      }
    } finally {
      timer?.cancel();
    }
    const item = this.#queue.shift()!;
    if (item instanceof NetworkError) throw item;
    return item;
  }

  close(): void {
    this.#close();
  }
}

/** Sends a text and waits for the answer. Rejects as `receive` does. */
export async function askOverUdp(
  process: Process,
  host: string,
  port: number,
  text: string,
  timeout: number,
): Promise<string> {
  const [address] = await addresses(process, host);
  if (!address) throw new NetworkError('ENOTFOUND', 'getaddrinfo', host);
  const socket = new UdpSocket(process);
  try {
    socket.send(Buffer.from(text), address, port);
    return Buffer.from((await socket.receive(timeout)).data).toString('utf8');
  } finally {
    socket.close();
  }
}

export interface UdpRelay {
  /** Where to send to; absent for one who listens, and answers whoever has spoken last. */
  readonly to?: { readonly host: string; readonly port: number };
  /** To listen on. */
  readonly port?: number;
  /** Milliseconds without a word after which it is over; without it the end is a signal's. */
  readonly patience?: number;
}

/** nc -u: each piece of input goes out as a datagram, each that comes is printed. Returns the exit code. */
export async function relayUdp(process: Process, { to, port, patience }: UdpRelay): Promise<number> {
  const [address] = to ? await addresses(process, to.host) : [];
  if (to && !address) {
    await process.error(`nc: bad address '${to.host}'\n`);
    return 1;
  }
  const socket = new UdpSocket(process, port);
  let peer = to && { address: address!, port: to.port };
  const outgoing = (async () => {
    for (let data = await process.read(0); data; data = await process.read(0)) {
      if (peer) socket.send(data, peer.address, peer.port);
    }
  })();
  outgoing.catch(() => {});
  for (;;) {
    try {
      const { data, ...from } = await socket.receive(patience);
      if (!to) peer = from;
      await process.write(1, data);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      if (error.code === 'ETIMEDOUT') return 0;
      if (to) return 1;
    }
  }
}
