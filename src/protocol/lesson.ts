import { z } from 'zod';

/**
 * What the browser fetches: the catalogue (GET /api/catalogue) and one lesson's page (GET /api/lessons/ID); 401 where the
 * session has ended. The document itself, index.html of the web build, is served for GET / and GET /lessons/ID, hashed
 * files under /assets/, a lesson's pictures under /lessons/ID/assets/. xterm.js creates style elements, so the document's
 * Content-Security-Policy needs `style-src 'self' 'unsafe-inline'`; everything else can be 'self' (images also data:).
 */

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
   * Rendered and highlighted on the server, safe to insert. The browser adds buttons and states to these:
   * - `<figure class="command" data-command="…">` with a `<pre>`: runnable. Optional: `data-terminal="2"` (the second
   *   terminal, opened when absent), `data-background` (it blocks), `data-expect-failure` (meant to fail).
   * - `<figure class="file" data-file="kubia.yaml">` with a `<pre>`: a file of the working folder.
   * - `<fieldset class="predict" data-predict="id">` with `<legend>` (the question) and one `<label><input type="radio"
   *   value="choice"> words</label>` per option; `value` is what a `predict` message carries.
   * - `<aside class="note">`, `<details class="hint">` and `<details class="deeper">` with a `<summary>`.
   * Highlighted code colours its spans with `style="--shiki-light:#…;--shiki-dark:#…"`.
   */
  html: z.string(),
  tasks: z.array(pageTask),
  /** Minutes there are from when its first task has passed until its last one has: in an exam. */
  limit: z.number().optional(),
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
