import type { Growth } from './growth.ts';

const width = 640;
const height = 300;
const margin = { left: 56, right: 150, top: 20, bottom: 40 };

const lines: readonly { readonly name: string; readonly of: keyof Growth; readonly colour: string }[] = [
  { name: 'memory, MiB', of: 'memory', colour: '#8250df' },
  { name: 'create, p50 ms', of: 'create', colour: '#bc4c00' },
  { name: 'select ten, p50 ms', of: 'select', colour: '#1a7f37' },
  { name: 'get one, p50 ms', of: 'get', colour: '#0969da' },
];

/** An SVG picture of how memory and latency grow with the objects, both axes logarithmic. */
export function plot(points: readonly Growth[]): string {
  const values = points.flatMap((point) => lines.map(({ of }) => point[of]));
  const x = scale(
    points.map(({ objects }) => objects),
    margin.left,
    width - margin.right,
  );
  const y = scale(values, height - margin.bottom, margin.top);
  const text = (left: number, top: number, content: string, more = '') =>
    `<text x="${left.toFixed(1)}" y="${top.toFixed(1)}" ${more}>${content}</text>`;
  const grid = y.ticks.map(
    (tick) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y.at(tick).toFixed(1)}" y2="${y.at(tick).toFixed(1)}" stroke="#d0d7de"/>${text(margin.left - 8, y.at(tick) + 4, String(tick), 'text-anchor="end"')}`,
  );
  const labels = points.map(({ objects }) =>
    text(x.at(objects), height - margin.bottom + 18, objects.toLocaleString('en'), 'text-anchor="middle"'),
  );
  const end = points.at(-1)!;
  const names = apart(lines.map(({ of }) => y.at(end[of]) + 4));
  const curves = lines.map(({ name, of, colour }, index) => {
    const path = points.map((point) => `${x.at(point.objects).toFixed(1)},${y.at(point[of]).toFixed(1)}`).join(' ');
    const label = text(width - margin.right + 8, names[index]!, `${name}: ${end[of].toFixed(1)}`, `fill="${colour}"`);
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${label}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>Memory and latency with ${points[0]!.objects.toLocaleString('en')} to ${end.objects.toLocaleString('en')} objects</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${[...grid, ...labels, ...curves, text((margin.left + width - margin.right) / 2, height - 6, 'objects in the cluster', 'text-anchor="middle"')].join('\n')}
</svg>
`;
}

/** Heights of lines of text, from the top down, none of which is written over the one above it. */
function apart(heights: readonly number[]): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return heights.map((height) => {
    last = Math.max(height, last + 14);
    return last;
  });
}

/** Logarithmic; its ticks are the powers of ten that it spans. */
function scale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return {
    ticks: ticks.map((tick) => Number(tick.toPrecision(3))),
    at: (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}
