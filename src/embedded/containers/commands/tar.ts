import { gunzipSync, gzipSync } from 'node:zlib';
import type { FileStat } from '../../storage/filesystem.ts';
import { dirname, join } from '../files/paths.ts';
import { concat } from '../process/pipe.ts';
import { type Process, ProcessEnded, type Program } from '../process/process.ts';
import { strftime } from '../shell/printf.ts';
import { describeError } from './errors.ts';
import { modeText } from './formats.ts';

/** tar(1): what `kubectl cp` runs at the container's end, in both directions. */

const block = 512;
const largest = 256 * 1024 * 1024;

interface Arguments {
  readonly mode: 'c' | 'x' | 't';
  readonly file: string;
  readonly folder?: string;
  readonly flags: string;
  readonly names: readonly string[];
  readonly strip: number;
  readonly exclude: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly link: string;
}

export const tar: Program = async (process) => {
  const given = parseArguments(process.argv.slice(1));
  if (typeof given === 'string') {
    await process.error(`tar: ${given}\n`);
    return 2;
  }
  try {
    return given.mode === 'c' ? await create(process, given) : await extract(process, given);
  } catch (error) {
    if (error instanceof ProcessEnded) throw error;
    await process.error(`tar: ${describeError(error)}\n`);
    return 2;
  }
};

function parseArguments(args: readonly string[]): Arguments | string {
  let flags = '';
  let file = '-';
  let folder: string | undefined;
  let strip = 0;
  const names: string[] = [];
  const exclude: string[] = [];
  const words = args[0] && !args[0].startsWith('-') ? [`-${args[0]}`, ...args.slice(1)] : [...args];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const long = /^--([a-z-]+)(?:=(.*))?$/.exec(word);
    if (long) {
      const letter = { create: 'c', extract: 'x', list: 't', gzip: 'z', verbose: 'v', dereference: 'h' }[long[1]!];
      if (letter) flags += letter;
      else if (long[1] === 'file') file = long[2] ?? words[++index]!;
      else if (long[1] === 'directory') folder = long[2] ?? words[++index]!;
      else if (long[1] === 'strip-components') strip = Number(long[2] ?? words[++index]);
      else if (long[1] === 'exclude') exclude.push(long[2] ?? words[++index]!);
    } else if (word.startsWith('-') && word !== '-') {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!;
        if (letter === 'f') {
          // In "cf -" the value is the next word, in "-fX" the rest of this one only when f ends a cluster given with a dash.
          file = words[++index] ?? '-';
        } else if (letter === 'C') folder = words[++index];
        else flags += letter;
      }
    } else names.push(word);
  }
  const mode = /[cxt]/.exec(flags)?.[0] as 'c' | 'x' | 't' | undefined;
  return mode
    ? { mode, file, folder, flags, names, strip, exclude }
    : 'You must specify one of the -c, -t or -x options';
}

async function create(process: Process, { file, folder, flags, names, exclude }: Arguments): Promise<number> {
  if (folder) process.cwd = process.files.path(folder);
  const gzip = flags.includes('z');
  const parts: Uint8Array[] = [];
  if (file !== '-') process.descriptors.open(100, await process.files.open(file, 'write'));
  const fd = file === '-' ? 1 : 100;
  let code = 0;
  const emit = async (data: Uint8Array) => {
    if (!gzip) return process.write(fd, data);
    process.allocate(data.length);
    parts.push(data);
    return undefined;
  };
  const add = async (path: string): Promise<void> => {
    await process.turn();
    if (exclude.some((pattern) => path === pattern || path.endsWith(`/${pattern}`))) return;
    let stat: FileStat;
    try {
      stat = flags.includes('h') ? await process.files.stat(path) : await process.files.lstat(path);
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await process.error(`tar: ${path}: Cannot stat: ${describeError(error)}\n`);
      code = 2;
      return;
    }
    if (stat.type === 'device' || stat.type === 'pipe') return;
    const name = path.replace(/^\/+/, '') || './';
    if (flags.includes('v')) await process.error(`${name}\n`);
    const link = stat.type === 'symlink' ? await process.files.readlink(path) : '';
    const data = stat.type === 'file' ? await process.files.readFile(path) : new Uint8Array(0);
    for (const header of headers(
      stat.type === 'directory' && !name.endsWith('/') ? `${name}/` : name,
      stat,
      data.length,
      link,
    ))
      await emit(header);
    if (data.length > 0) {
      await emit(data);
      await emit(new Uint8Array((block - (data.length % block)) % block));
    }
    if (stat.type === 'directory')
      for (const inner of await process.files.readdir(path)) await add(path === '.' ? `./${inner}` : join(path, inner));
  };
  if (names.some((name) => name.startsWith('/')) && fd === 1)
    await process.error("tar: Removing leading `/' from member names\n");
  for (const name of names) await add(name);
  await emit(new Uint8Array(2 * block));
  if (gzip) await process.write(fd, gzipSync(Buffer.concat(parts)));
  return code;
}

/** A member's header, with a long-name record before it where the name needs one. */
function headers(name: string, stat: FileStat, size: number, link: string): Uint8Array[] {
  const type = stat.type === 'directory' ? '5' : stat.type === 'symlink' ? '2' : '0';
  const list: Uint8Array[] = [];
  for (const [long, kind] of [
    [name, 'L'],
    [link, 'K'],
  ] as const) {
    const bytes = Buffer.from(`${long}\0`);
    if (bytes.length <= 101) continue;
    list.push(
      header({
        name: '././@LongLink',
        type: kind,
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: bytes.length,
        mtime: 0,
        link: '',
      }),
    );
    const padded = new Uint8Array(Math.ceil(bytes.length / block) * block);
    padded.set(bytes);
    list.push(padded);
  }
  list.push(
    header({
      name,
      type,
      mode: stat.mode & 0o7777,
      uid: stat.uid,
      gid: stat.gid,
      size,
      mtime: Math.floor(stat.mtime / 1000),
      link,
    }),
  );
  return list;
}

function header(entry: Entry): Uint8Array {
  const data = Buffer.alloc(block);
  const octal = (value: number, offset: number, length: number) =>
    data.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
  data.write(Buffer.from(entry.name).subarray(0, 100).toString('latin1'), 0, 'latin1');
  octal(entry.mode, 100, 8);
  octal(entry.uid, 108, 8);
  octal(entry.gid, 116, 8);
  octal(entry.size, 124, 12);
  octal(Math.max(0, entry.mtime), 136, 12);
  data.fill(' ', 148, 156);
  data.write(entry.type, 156, 'latin1');
  data.write(Buffer.from(entry.link).subarray(0, 100).toString('latin1'), 157, 'latin1');
  data.write('ustar\x0000root\0', 257, 'latin1');
  data.write('root\0', 297, 'latin1');
  let sum = 0;
  for (const byte of data) sum += byte;
  data.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return data;
}

/** Reads exact amounts from a descriptor. */
class Reader {
  #rest: Uint8Array = new Uint8Array(0);

  constructor(
    readonly process: Process,
    readonly source: () => Promise<Uint8Array | undefined>,
  ) {}

  /** Undefined where the input ends before. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < count) {
      if (this.#rest.length === 0) {
        const more = await this.source();
        if (!more) return undefined;
        this.#rest = more;
      }
      const part = this.#rest.subarray(0, count - length);
      this.#rest = this.#rest.subarray(part.length);
      parts.push(part);
      length += part.length;
    }
    return concat(parts, length);
  }

  async drain(): Promise<void> {
    while (await this.source()) await this.process.turn();
  }
}

async function extract(process: Process, given: Arguments): Promise<number> {
  if (given.file !== '-') process.descriptors.open(100, await process.files.open(given.file, 'read'));
  const fd = given.file === '-' ? 0 : 100;
  if (given.folder) {
    if ((await process.files.find(given.folder))?.type !== 'directory') {
      await process.error(`tar: ${given.folder}: Cannot open: No such file or directory\n`);
      return 2;
    }
    process.cwd = process.files.path(given.folder);
  }
  let source = () => process.read(fd);
  if (given.flags.includes('z') || /\.t?gz$/.test(given.file)) {
    const all = gunzipSync(await process.readAll(fd), { maxOutputLength: largest });
    let given_: Uint8Array | undefined = all;
    source = async () => {
      const part = given_;
      given_ = undefined;
      return part;
    };
  }
  const reader = new Reader(process, source);
  let code = 0;
  for await (const { entry, data } of members(reader)) {
    const name = stripped(entry.name, given.strip);
    if (name === undefined) continue;
    const wanted =
      given.names.length === 0 ||
      given.names.some((wish) => name === wish || name.startsWith(`${wish.replace(/\/$/, '')}/`));
    if (!wanted) continue;
    if (given.mode === 't') {
      await process.print(given.flags.includes('v') ? `${describe(entry)} ${entry.name}\n` : `${entry.name}\n`);
      continue;
    }
    if (given.flags.includes('v')) await process.print(`${name}\n`);
    try {
      await restore(process, { ...entry, name }, data, given.flags);
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await process.error(`tar: ${name}: Cannot open: ${describeError(error)}\n`);
      code = 2;
    }
  }
  await reader.drain();
  return code;
}

async function* members(reader: Reader): AsyncGenerator<{ entry: Entry; data: Uint8Array }> {
  let override: Partial<Record<'name' | 'link', string>> = {};
  for (;;) {
    const head = await reader.take(block);
    if (!head || head.every((byte) => byte === 0)) return;
    const entry = parseHeader(head);
    if (entry.size > largest) throw new Error(`${entry.name}: too large for a simulated container`);
    const padded = Math.ceil(entry.size / block) * block;
    const data = padded === 0 ? new Uint8Array(0) : await reader.take(padded);
    if (!data) throw new Error('Unexpected EOF in archive');
    const content = data.subarray(0, entry.size);
    const text = () => new TextDecoder().decode(content);
    if (entry.type === 'L') override = { ...override, name: text().replace(/\0.*$/s, '') };
    else if (entry.type === 'K') override = { ...override, link: text().replace(/\0.*$/s, '') };
    else if (entry.type === 'x') override = { ...override, ...extended(text()) };
    else if (entry.type !== 'g') {
      yield { entry: { ...entry, ...override }, data: content };
      override = {};
    }
  }
}

/** The names in a pax header: "27 path=some/long/name\n". */
function extended(text: string): Partial<Record<'name' | 'link', string>> {
  const found: Partial<Record<'name' | 'link', string>> = {};
  for (const [, key, value] of text.matchAll(/^\d+ (path|linkpath)=(.*)$/gm))
    found[key === 'path' ? 'name' : 'link'] = value;
  return found;
}

function parseHeader(head: Uint8Array): Entry {
  const field = (offset: number, length: number) =>
    new TextDecoder().decode(head.subarray(offset, offset + length)).replace(/\0.*$/s, '');
  const number = (offset: number, length: number) => {
    if (head[offset]! & 0x80)
      return Number(Buffer.from(head.subarray(offset + length - 6, offset + length)).readUIntBE(0, 6));
    return Number.parseInt(field(offset, length).trim() || '0', 8);
  };
  const prefix = field(257, 5) === 'ustar' ? field(345, 155) : '';
  const name = field(0, 100);
  return {
    name: prefix ? `${prefix}/${name}` : name,
    mode: number(100, 8),
    uid: number(108, 8),
    gid: number(116, 8),
    size: number(124, 12),
    mtime: number(136, 12),
    type: field(156, 1) || '0',
    link: field(157, 100),
  };
}

function stripped(name: string, count: number): string | undefined {
  if (count === 0) return name;
  const parts = name.split('/').slice(count);
  return parts.length === 0 || parts.join('/') === '' ? undefined : parts.join('/');
}

function describe(entry: Entry): string {
  const type = entry.type === '5' ? 'directory' : entry.type === '2' ? 'symlink' : 'file';
  const stat: FileStat = {
    type,
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size: entry.size,
    mtime: entry.mtime * 1000,
    inode: 0,
  };
  return `${modeText(stat)} ${entry.uid}/${entry.gid} ${String(entry.size).padStart(9)} ${strftime('%F %H:%M', stat.mtime)}`;
}

/** Puts one member in place. Names that lead out of the folder lose what leads out. */
async function restore(process: Process, entry: Entry, data: Uint8Array, flags: string): Promise<void> {
  const { files } = process;
  const path = entry.name
    .replace(/^\/+/, '')
    .split('/')
    .filter((part) => part !== '..')
    .join('/')
    .replace(/\/$/, '');
  if (path === '' || path === '.') return;
  await files.mkdir(dirname(path), { recursive: true });
  if (entry.type === '5') {
    await files.mkdir(path, { recursive: true, mode: entry.mode | 0o700 });
  } else if (entry.type === '2') {
    if (await files.find(path, false)) await files.rm(path);
    await files.symlink(entry.link, path);
    return;
  } else if (entry.type === '1') {
    await files.writeFile(path, await files.readFile(entry.link));
  } else {
    await files.writeFile(path, data);
    await files.chmod(path, entry.mode & ~(flags.includes('p') ? 0 : process.umask) & 0o7777).catch(() => {});
  }
  if (!flags.includes('m') && entry.type !== '5') await files.utimes(path, entry.mtime * 1000).catch(() => {});
}
