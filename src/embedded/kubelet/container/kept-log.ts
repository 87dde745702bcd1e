import type { Readable } from 'node:stream';
import type { Clock, Timer } from '../../clock.ts';
import { Log } from '../../containers/log.ts';
import { readEntries } from '../../containers/log-file.ts';
import type { ContainerLog } from '../../containers/runtime.ts';
import type { DiskPlace } from '../volumes/node-disk.ts';

/** Bytes of a container's newest output that outlive a restart of its node, at least. */
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
  let next = 0;
  /** Of the file. Infinite where nobody knows what it holds. */
  let size = Number.POSITIVE_INFINITY;
  const write = async () => {
    // A disk that is full costs the log, not the container.
    await files.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true }).catch(() => {});
    const added = log.since(next);
    const append = size + added.lines.length <= 2 * kept;
    // Now and then it begins anew, so that it stays small; in between each line is written once.
    const lines = append ? added.lines : log.newest(kept);
    next = added.next;
    size = lines.length + (append ? size : 0);
    await files.writeFile(path, lines, { append, mode: 0o640 }).catch(() => {
      size = Number.POSITIVE_INFINITY;
    });
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
