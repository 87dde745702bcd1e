import { z } from 'zod';

/** What the browser fetches: the catalogue (GET /api/catalogue) and one lesson's page (GET /api/lessons/ID). */

export const lessonSummary = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  minutes: z.number(),
  objectives: z.array(z.string()),
  steps: z.number(),
  /** Steps whose tasks have all passed. */
  stepsPassed: z.number(),
  started: z.boolean(),
  /** Capabilities it needs that this provider lacks; empty when it can be started. */
  missing: z.array(z.string()),
  /** Lint errors that keep it from loading, "lesson.md:12:3: …". */
  problems: z.array(z.string()),
});

export const catalogue = z.object({
  product: z.object({ version: z.string() }),
  provider: z.object({ name: z.string(), description: z.string() }),
  lessons: z.array(lessonSummary),
});

export const pageTask = z.object({ id: z.string(), title: z.string(), hints: z.number() });

export const pageStep = z.object({
  id: z.string(),
  title: z.string(),
  /**
   * Rendered and highlighted on the server, safe to insert. Runnable blocks are `<figure class="command"
   * data-command="…">`, files `<figure class="file" data-file="kubia.yaml">`, predictions `<fieldset class="predict"
   * data-predict="id">`, boxes `<aside class="note">` and `<details class="hint|deeper">`.
   */
  html: z.string(),
  tasks: z.array(pageTask),
});

export const lessonPage = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  minutes: z.number(),
  objectives: z.array(z.string()),
  /** The session's namespace, already filled into the text. */
  namespace: z.string(),
  steps: z.array(pageStep),
  next: z.object({ id: z.string(), title: z.string() }).optional(),
});

export type LessonSummary = z.infer<typeof lessonSummary>;
export type Catalogue = z.infer<typeof catalogue>;
export type PageTask = z.infer<typeof pageTask>;
export type PageStep = z.infer<typeof pageStep>;
export type LessonPage = z.infer<typeof lessonPage>;
