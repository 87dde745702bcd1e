import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Difference } from './compare.ts';

/** A command of which it is known that it answers otherwise, and why. */
export interface KnownDifference {
  readonly scenario: string;
  readonly command: string;
  /** See Difference.occurrence. */
  readonly occurrence: number;
  readonly because: string;
}

const schema = z
  .array(
    z.strictObject({
      because: z.string().min(1),
      commands: z.record(
        z.string(),
        z.array(
          z.union([z.string(), z.strictObject({ command: z.string(), occurrence: z.number().int().positive() })]),
        ),
      ),
    }),
  )
  .nullable();

/** Reads a list of reasons, each with the commands it explains, by scenario. Throws an Error that names what is wrong. */
export function parseDifferences(text: string): KnownDifference[] {
  const result = schema.safeParse(parse(text));
  if (!result.success) throw new Error(`The list of differences is malformed: ${z.prettifyError(result.error)}`);
  return (result.data ?? []).flatMap(({ because, commands }) =>
    Object.entries(commands).flatMap(([scenario, list]) =>
      list.map((entry) => {
        const { command, occurrence } = typeof entry === 'string' ? { command: entry, occurrence: 1 } : entry;
        return { scenario, command: command.trim(), occurrence, because };
      }),
    ),
  );
}

export const readDifferences = (file: string) => parseDifferences(readFileSync(file, 'utf8'));

/** Splits what was found into what nobody knew of, and what was known but is no more. */
export function judge(
  known: readonly KnownDifference[],
  found: readonly Difference[],
): { unknown: Difference[]; outdated: KnownDifference[] } {
  const key = ({ scenario, command, occurrence }: Pick<Difference, 'scenario' | 'command' | 'occurrence'>) =>
    JSON.stringify([scenario, command, occurrence]);
  const knownKeys = new Set(known.map(key));
  const foundKeys = new Set(found.map(key));
  return {
    unknown: found.filter((difference) => !knownKeys.has(key(difference))),
    outdated: known.filter((difference) => !foundKeys.has(key(difference))),
  };
}
