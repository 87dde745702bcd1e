import type { Terminal } from './terminal.ts';

/** What a system call fails with when it concerns a descriptor or a process rather than a path. */
export class IoError extends Error {
  constructor(
    readonly code: 'EBADF' | 'EPIPE' | 'EIO' | 'EAGAIN' | 'EISDIR' | 'EPERM' | 'ESRCH' | 'ENOEXEC',
    message: string,
  ) {
    super(message);
  }
}

/**
 * An open file description: what descriptors of one or several processes refer to. Closed when the last of them is.
 * A read resolves with undefined at the end; a write once the data has been taken.
 */
export interface OpenFile {
  /** As /proc/PID/fd shows it: a path, "pipe:[17]", "socket:[18]". */
  readonly name: string;
  readonly terminal?: Terminal;
  read?(max: number): Promise<Uint8Array | undefined>;
  /** Up to and including the delimiter, or what there is at the end or when `max` is reached. */
  readUntil?(delimiter: number, max: number): Promise<Uint8Array | undefined>;
  write?(data: Uint8Array): Promise<void> | undefined;
  close(): void;
}

/** A reference-counted OpenFile. */
export class Handle {
  #references = 0;

  constructor(readonly file: OpenFile) {}

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0) this.file.close();
  }
}

/** A process's descriptors. */
export class Descriptors {
  readonly #handles = new Map<number, Handle>();

  get(fd: number): OpenFile | undefined {
    return this.#handles.get(fd)?.file;
  }

  handle(fd: number): Handle | undefined {
    return this.#handles.get(fd);
  }

  set(fd: number, handle: Handle): void {
    handle.retain();
    this.#handles.get(fd)?.release();
    this.#handles.set(fd, handle);
  }

  open(fd: number, file: OpenFile): void {
    this.set(fd, new Handle(file));
  }

  /** @throws IoError EBADF */
  duplicate(from: number, to: number): void {
    const handle = this.#handles.get(from);
    if (!handle) throw new IoError('EBADF', 'Bad file descriptor');
    if (from !== to) this.set(to, handle);
  }

  close(fd: number): void {
    this.#handles.get(fd)?.release();
    this.#handles.delete(fd);
  }

  /** The lowest number at or above `from` that is not in use. */
  free(from: number): number {
    let fd = from;
    while (this.#handles.has(fd)) fd++;
    return fd;
  }

  numbers(): number[] {
    return [...this.#handles.keys()].sort((a, b) => a - b);
  }

  clone(): Descriptors {
    const copy = new Descriptors();
    for (const [fd, handle] of this.#handles) copy.set(fd, handle);
    return copy;
  }

  closeAll(): void {
    for (const fd of this.numbers()) this.close(fd);
  }
}
