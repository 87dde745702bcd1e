import { z } from 'zod';

/** What is stored of one learner in one lesson. */

const evidence = z.object({
  expected: z.string(),
  saw: z.string(),
  why: z.string().optional(),
  try: z.string().optional(),
});

export const progressRecord = z.object({
  /** The step last looked at. */
  step: z.string().optional(),
  /** Step id to when it was first opened, milliseconds since the epoch; likewise below. */
  opened: z.record(z.string(), z.number()),
  /** By task, "step/task". */
  passed: z.record(z.string(), z.object({ at: z.number(), evidence })),
  /** Hints shown, Markdown, as they were when they were asked for. */
  hints: z.record(z.string(), z.array(z.string())),
  /** By prediction, "step/prediction". */
  predictions: z.record(
    z.string(),
    z.object({
      choice: z.string().optional(),
      settled: z.object({ choice: z.string(), observed: z.string() }).optional(),
    }),
  ),
  /** Values checks compare with later ones. */
  recorded: z.record(z.string(), z.unknown()),
});

export type ProgressRecord = z.infer<typeof progressRecord>;

export function emptyRecord(): ProgressRecord {
  return { opened: {}, passed: {}, hints: {}, predictions: {}, recorded: {} };
}

/** Where progress is kept. */
export interface ProgressStore {
  load(learner: string, lesson: string): ProgressRecord | undefined;
  /** Resolves once it is on the disk. */
  save(learner: string, lesson: string, record: ProgressRecord): Promise<void>;
  remove(learner: string, lesson: string): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing beyond the process: for rehearsals and tests. */
export function memoryStore(): ProgressStore {
  const records = new Map<string, string>();
  const key = (learner: string, lesson: string) => JSON.stringify([learner, lesson]);
  return {
    load: (learner, lesson) => {
      const text = records.get(key(learner, lesson));
      return text === undefined ? undefined : progressRecord.parse(JSON.parse(text));
    },
    save: async (learner, lesson, record) => {
      records.set(key(learner, lesson), JSON.stringify(record));
    },
    remove: async (learner, lesson) => {
      records.delete(key(learner, lesson));
    },
    close: async () => {},
  };
}
