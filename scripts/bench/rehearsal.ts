import { type Figure, timed } from './figures.ts';
import { program, run } from './program.ts';

/** Every lesson that comes along, proved: wall time of `ordinal validate`. */
export async function rehearsal(): Promise<Figure[]> {
  const [took] = await timed(1, () => run(process.execPath, [program, 'validate']));
  return [{ what: 'whole rehearsal', value: took! / 1000, unit: 's' }];
}
