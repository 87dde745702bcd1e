import { type FileSystem, FileSystemError } from '../../storage/filesystem.ts';
import type { OpenFile } from '../process/open-file.ts';
import type { OpenMode } from './process-files.ts';

/**
 * A regular file, opened. A reader works on the content as it was when it began and looks again for more at the end,
 * so that a file that grows can be followed. Writes are appended as they come.
 */
export function openRegular(files: FileSystem, path: string, how: OpenMode): OpenFile {
  let content: Uint8Array | undefined;
  let offset = 0;

  /** Bytes not read yet, none at the end. */
  const available = async (): Promise<Uint8Array> => {
    if (content === undefined || offset >= content.length) {
      const { size, type } = await files.stat(path);
      if (type === 'directory') throw new FileSystemError('EISDIR', path, 'illegal operation on a directory, read');
      // Files of /proc have no size: they are read once.
      if (content === undefined || size > content.length) content = await files.readFile(path);
    }
    return content.subarray(offset);
  };
  const take = (part: Uint8Array): Uint8Array | undefined => {
    offset += part.length;
    return part.length === 0 ? undefined : part;
  };

  const file: OpenFile = { name: path, close: () => {} };
  if (how === 'read' || how === 'read-write') {
    file.read = async (max) => take((await available()).subarray(0, max));
    file.readUntil = async (delimiter, max) => {
      const rest = await available();
      const at = rest.subarray(0, max).indexOf(delimiter);
      return take(rest.subarray(0, at < 0 ? max : at + 1));
    };
  }
  if (how !== 'read') file.write = (data) => files.writeFile(path, data, { append: true });
  return file;
}
