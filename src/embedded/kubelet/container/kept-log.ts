import type { Readable } from 'node:stream';
import type { Clock, Timer } from '../../clock.ts';
import { Log } from '../../containers/log.ts';
import { readEntries } from '../../containers/log-file.ts';
import type { ContainerLog } from '../../containers/runtime.ts';
import type { DiskPlace } from '../volumes/node-disk.ts';

/** Bytes of a container's newest output that outlive a restart of its node. */
const kept = 64 * 1024;
/** Milliseconds that output may wait to be written: what a power cut may take along. */
const delay = 1000;

/**
 * Keeps the end of a log on the node's disk, until the log has ended.
 * @returns a function that writes what there is, and resolves once nothing more will be written
 */
export function keepLog(log: ContainerLog, { files, path }: DiskPlace, clock: Clock): () => Promise<void> {
  let timer: Timer | undefined;
  let closed = false;
  let written = Promise.resolve();
  const write = async () => {
    // A disk that is full costs the log, not the container.
    await files.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true }).catch(() => {});
    await files.writeFile(path, log.newest(kept), { mode: 0o640 }).catch(() => {});
  };
  const flush = () => {
    timer?.cancel();
    timer = undefined;
    written = written.then(write);
  };
  log.onMore((ended) => {
    if (closed) return;
    if (ended) flush();
    else timer ??= clock.schedule(delay, flush);
  });
  return async () => {
    if (timer) flush();
    closed = true;
    await written;
  };
}

/** The log of a container from before its node was restarted. It is empty where nothing was kept. */
export function keptLog({ files, path }: DiskPlace, clock: Clock): Pick<ContainerLog, 'read'> {
  return {
    read(options): Readable {
      const log = new Log(clock);
      files
        .readFile(path)
        .then(
          (file) => log.restore(readEntries(file)),
          () => {},
        )
        .finally(() => log.end());
      // As it fills only now, the reader follows it up to its end.
      return log.read({ ...options, follow: true });
    },
  };
}
