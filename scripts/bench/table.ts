import type { Figure, Goal } from './figures.ts';

export interface Column {
  readonly name: string;
  readonly figures: readonly Figure[];
}

/** One line per figure: ours, each peer's, how many times better ours is, the goal, and whether it is met. */
export function table(ours: Column, peer: Column | undefined, goals: Readonly<Record<string, Goal>>): string {
  const header = ['what', ours.name, ...(peer ? [peer.name, 'ratio'] : []), 'goal', ''];
  const rows = ours.figures.map(({ what, value, unit }) => {
    const other = peer?.figures.find((figure) => figure.what === what)?.value;
    const goal = goals[what];
    const met = goal?.holds(value, other);
    return [
      what,
      format(value, unit),
      ...(peer
        ? [other === undefined ? '-' : format(other, unit), other === undefined ? '-' : ratio(value, other, unit)]
        : []),
      goal?.text ?? '',
      met === undefined ? '' : met ? 'met' : 'MISSED',
    ];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        isNumber(column, row.length) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** All but the first and the last two columns. */
function isNumber(column: number, columns: number): boolean {
  return column > 0 && column < columns - 2;
}

function format(value: number, unit: Figure['unit']): string {
  const digits = unit === '/s' || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

/** "3.2 ×": so many times faster, smaller or more. */
function ratio(ours: number, theirs: number, unit: Figure['unit']): string {
  return `${(unit === '/s' ? ours / theirs : theirs / ours).toFixed(1)} ×`;
}
