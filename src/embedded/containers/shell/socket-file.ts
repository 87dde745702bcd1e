import type { Connection } from '../../network/network.ts';
import { IoError, type OpenFile } from '../process/open-file.ts';
import type { Process } from '../process/process.ts';

/** A connection as a descriptor, as bash's /dev/tcp/HOST/PORT gives. */
export async function openSocket(process: Process, host: string, port: number): Promise<OpenFile> {
  const connection = await process.block(process.network.dial(host, port, process.ending));
  return socketFile(connection, process.system.inode());
}

export function socketFile(connection: Connection, inode: number): OpenFile {
  let buffered: Buffer | undefined;
  let ended = false;
  let wake: (() => void) | undefined;
  connection.on('readable', () => wake?.());
  for (const event of ['end', 'error', 'close']) {
    connection.on(event, () => {
      ended = true;
      wake?.();
    });
  }
  const fill = async (): Promise<Buffer | undefined> => {
    while (!buffered?.length) {
      buffered = (connection.read() as Buffer | null) ?? undefined;
      if (buffered?.length) break;
      if (ended) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return buffered;
  };
  return {
    name: `socket:[${inode}]`,
    async read(max) {
      const data = await fill();
      if (!data) return undefined;
      buffered = data.subarray(max);
      return data.subarray(0, max);
    },
    write(data) {
      if (connection.destroyed) throw new IoError('EPIPE', 'Broken pipe');
      return new Promise((resolve, reject) =>
        connection.write(data, (error) => (error ? reject(new IoError('EPIPE', 'Broken pipe')) : resolve())),
      );
    },
    close() {
      connection.end();
      connection.resume();
    },
  };
}
