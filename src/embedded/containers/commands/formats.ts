import type { FileStat } from '../../storage/filesystem.ts';
import type { Process } from '../process/process.ts';

/** How files, sizes and tables are written. */

const types: Readonly<Record<FileStat['type'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  device: 'c',
  pipe: 'p',
};

/** "drwxr-xr-x" */
export function modeText(stat: FileStat): string {
  const bits = (shift: number, special: number, mark: string) => {
    const set = (stat.mode & special) !== 0;
    const execute = ((stat.mode >> shift) & 1) !== 0;
    const last = set ? (execute ? mark : mark.toUpperCase()) : execute ? 'x' : '-';
    return `${(stat.mode >> shift) & 4 ? 'r' : '-'}${(stat.mode >> shift) & 2 ? 'w' : '-'}${last}`;
  };
  return `${types[stat.type]}${bits(6, 0o4000, 's')}${bits(3, 0o2000, 's')}${bits(0, 0o1000, 't')}`;
}

export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  for (const unit of ['K', 'M', 'G', 'T']) {
    value /= 1024;
    if (value < 1024) return `${value < 10 ? value.toFixed(1) : Math.round(value)}${unit}`;
  }
  return `${Math.round(value)}P`;
}

/** Names of users or groups by their number, as /etc/passwd and /etc/group have them. */
export async function accountNames(process: Process, file: '/etc/passwd' | '/etc/group'): Promise<Map<number, string>> {
  const text = await process.files.readText(file).catch(() => '');
  return new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(':'))
      .map(([name, , id]) => [Number(id), name!]),
  );
}

export function blocks(stat: FileStat): number {
  if (stat.type === 'symlink' || stat.type === 'device') return 0;
  return Math.ceil(stat.size / 4096) * 4;
}

/** Columns aligned, the last one as long as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!))).join(' ')}\n`,
    )
    .join('');
}
