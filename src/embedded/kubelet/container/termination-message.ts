import type { Container } from '../../../kubernetes/objects.ts';
import type { Clock } from '../../clock.ts';
import type { ContainerLog, Mount } from '../../containers/runtime.ts';
import { MemoryFileSystem } from '../../storage/memory-filesystem.ts';

/** Bytes of a message that are reported. */
const longest = 4096;
const file = '/termination-log';

/** The file a container may leave its last words in. */
export class TerminationMessage {
  readonly mount: Mount;
  readonly #files: MemoryFileSystem;
  readonly #policy: string | undefined;

  private constructor(files: MemoryFileSystem, { terminationMessagePath, terminationMessagePolicy }: Container) {
    this.#files = files;
    this.#policy = terminationMessagePolicy;
    this.mount = { path: terminationMessagePath || '/dev/termination-log', files, root: file, readOnly: false };
  }

  static async create(container: Container, clock: Clock): Promise<TerminationMessage> {
    const files = new MemoryFileSystem(clock);
    await files.writeFile(file, new Uint8Array(0));
    await files.chmod(file, 0o666);
    return new TerminationMessage(files, container);
  }

  /** What the container wrote, or the end of its log where its policy and its failure ask for it. */
  async read(exitCode: number, log: ContainerLog): Promise<string> {
    const data = await this.#files.readFile(file).catch(() => new Uint8Array(0));
    if (data.length > 0) return Buffer.from(data.subarray(0, longest)).toString('utf8');
    return this.#policy === 'FallbackToLogsOnError' && exitCode !== 0 ? log.tail() : '';
  }
}
