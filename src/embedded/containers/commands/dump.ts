import type { Process, Program } from '../process/process.ts';
import { eachInput } from './inputs.ts';
import { command } from './options.ts';
import { parseSize } from './sizes.ts';

/** Bytes made visible: od, hexdump and xxd. */

const row = 16;

async function bytesOf(
  process: Process,
  name: string,
  operands: readonly string[],
  limit?: number,
): Promise<{ data: Buffer; code: number }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const code = await eachInput(process, name, operands, async (fd) => {
    while (limit === undefined || size < limit) {
      const part = await process.read(fd, limit === undefined ? 65_536 : Math.min(65_536, limit - size));
      if (!part) return;
      process.allocate(part.length);
      parts.push(part);
      size += part.length;
    }
  });
  return { data: Buffer.concat(parts), code };
}

function printable(byte: number): string {
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
}

const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');

/** How od writes the units of a row: their size in bytes and their text. */
const formats: Readonly<Record<string, { size: number; text(data: Buffer, at: number): string }>> = {
  c: { size: 1, text: (data, at) => named(data[at]!).padStart(4) },
  x1: { size: 1, text: (data, at) => ` ${hex(data[at]!, 2)}` },
  x2: { size: 2, text: (data, at) => ` ${hex(data[at]! + (data[at + 1] ?? 0) * 256, 4)}` },
  o1: { size: 1, text: (data, at) => ` ${data[at]!.toString(8).padStart(3, '0')}` },
  o2: { size: 2, text: (data, at) => ` ${(data[at]! + (data[at + 1] ?? 0) * 256).toString(8).padStart(6, '0')}` },
  u1: { size: 1, text: (data, at) => String(data[at]!).padStart(4) },
  d1: { size: 1, text: (data, at) => String((data[at]! << 24) >> 24).padStart(5) },
  u4: { size: 4, text: (data, at) => String(little(data, at)).padStart(11) },
};

function little(data: Buffer, at: number): number {
  return (data[at] ?? 0) + (data[at + 1] ?? 0) * 2 ** 8 + (data[at + 2] ?? 0) * 2 ** 16 + (data[at + 3] ?? 0) * 2 ** 24;
}

function named(byte: number): string {
  const names: Record<number, string> = {
    0: '\\0',
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
  };
  return names[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'));
}

const od = command('od', { flags: 'cxbdvo', valued: 'AtNjw' }, async (process, options) => {
  const limit = options.value('N');
  const { data, code } = await bytesOf(
    process,
    'od',
    options.operands,
    limit === undefined ? undefined : parseSize(limit),
  );
  const wanted = options.has('c')
    ? 'c'
    : options.has('x')
      ? 'x2'
      : options.has('b')
        ? 'o1'
        : (options.value('t') ?? 'o2').replace(/^x$/, 'x4').replace(/z$/, '');
  const format = formats[wanted] ?? formats.o2!;
  const radix = options.value('A') ?? 'o';
  const address = (at: number) =>
    radix === 'n' ? '' : at.toString(radix === 'x' ? 16 : radix === 'd' ? 10 : 8).padStart(7, '0');
  for (let at = 0; at < data.length; at += row) {
    let line = address(at);
    for (let unit = at; unit < Math.min(at + row, data.length); unit += format.size) line += format.text(data, unit);
    await process.print(`${line}\n`);
  }
  if (radix !== 'n') await process.print(`${address(data.length)}\n`);
  return code;
});

const hexdump = command('hexdump', { flags: 'Cvxbc', valued: 'ns' }, async (process, options) => {
  const limit = options.value('n');
  const { data, code } = await bytesOf(
    process,
    'hexdump',
    options.operands,
    limit === undefined ? undefined : Number(limit),
  );
  const canonical = options.has('C');
  for (let at = 0; at < data.length; at += row) {
    const part = [...data.subarray(at, at + row)];
    if (canonical) {
      const cells = Array.from({ length: row }, (_, index) => (index < part.length ? hex(part[index]!, 2) : '  '));
      await process.print(
        `${hex(at, 8)}  ${cells.slice(0, 8).join(' ')}  ${cells.slice(8).join(' ')}  |${part.map(printable).join('')}|\n`,
      );
    } else {
      let line = hex(at, 7);
      for (let index = 0; index < part.length; index += 2)
        line += ` ${hex(part[index]! + (part[index + 1] ?? 0) * 256, 4)}`;
      await process.print(`${line}\n`);
    }
  }
  if (data.length > 0) await process.print(`${hex(data.length, canonical ? 8 : 7)}\n`);
  return code;
});

const xxd = command('xxd', { flags: 'pu', valued: 'lc' }, async (process, options) => {
  const limit = options.value('l');
  const { data, code } = await bytesOf(
    process,
    'xxd',
    options.operands,
    limit === undefined ? undefined : Number(limit),
  );
  for (let at = 0; at < data.length; at += options.has('p') ? 30 : row) {
    const part = [...data.subarray(at, at + (options.has('p') ? 30 : row))];
    if (options.has('p')) {
      await process.print(`${part.map((byte) => hex(byte, 2)).join('')}\n`);
      continue;
    }
    let cells = '';
    for (let index = 0; index < row; index += 2)
      cells += `${[part[index], part[index + 1]].map((byte) => (byte === undefined ? '  ' : hex(byte, 2))).join('')} `;
    await process.print(`${hex(at, 8)}: ${cells} ${part.map(printable).join('')}\n`);
  }
  return code;
});

export const dumpCommands: Readonly<Record<string, Program>> = { od, hexdump, hd: hexdump, xxd };
