import { z } from 'zod';

/** The WebSocket of a session, /api/live/LESSON: JSON text frames, one message each. */

/** Why a check does not hold (yet), in words for the learner. Plain text. */
export const evidence = z.object({
  expected: z.string(),
  saw: z.string(),
  why: z.string().optional(),
  try: z.string().optional(),
});

export const taskState = z.object({
  step: z.string(),
  task: z.string(),
  /** `unknown`: it cannot be told any more, for instance an order across a gap in the watch. */
  state: z.enum(['waiting', 'passed', 'failed', 'unknown']),
  /** ISO time of when it first held; a task once passed stays passed. */
  passedAt: z.string().optional(),
  evidence: evidence.optional(),
  /** Hints shown so far, HTML. */
  hints: z.array(z.string()),
});

export const predictionState = z.object({
  id: z.string(),
  choice: z.string().optional(),
  /** What the cluster then did; absent until it has. */
  settled: z.object({ choice: z.string(), observed: z.string() }).optional(),
});

/** A cluster object for the picture: as the API gives it, without managedFields and the last-applied annotation. */
export const pictureObject = z
  .object({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.object({ name: z.string(), uid: z.string(), namespace: z.string().optional() }).loose(),
  })
  .loose();

export const timelineEntry = z.object({
  /** ISO time. */
  at: z.string(),
  /** "Pod kubia-0" */
  subject: z.string(),
  /** "became ready" */
  what: z.string(),
  tone: z.enum(['good', 'bad', 'neutral']),
});

/** Server to browser. */
export const serverMessage = z.discriminatedUnion('type', [
  /** First after connecting, and again whenever everything has to be redrawn: the whole state. */
  z.object({
    type: z.literal('session'),
    lesson: z.string(),
    namespace: z.string(),
    /** The step the learner last looked at. */
    step: z.string(),
    tasks: z.array(taskState),
    predictions: z.array(predictionState),
    terminals: z.array(z.object({ id: z.string(), title: z.string() })),
    timeline: z.array(timelineEntry),
  }),
  z.object({ type: z.literal('task'), task: taskState }),
  z.object({ type: z.literal('prediction'), prediction: predictionState }),
  /** State of the cluster itself; `message` is progress while it starts, or what went wrong. */
  z.object({
    type: z.literal('cluster'),
    state: z.enum(['starting', 'ready', 'failed']),
    provider: z.string(),
    version: z.string().optional(),
    message: z.string().optional(),
  }),
  /** Changes to the picture's objects; `reset` replaces all of them. */
  z.object({
    type: z.literal('objects'),
    reset: z.boolean(),
    upserts: z.array(pictureObject),
    /** uids */
    deletes: z.array(z.string()),
  }),
  z.object({ type: z.literal('timeline'), entries: z.array(timelineEntry) }),
  z.object({ type: z.literal('terminals'), terminals: z.array(z.object({ id: z.string(), title: z.string() })) }),
  /** The learner's command went into this terminal, and not into the one it was meant for. */
  z.object({ type: z.literal('front'), terminal: z.string() }),
  /** A file was written into the working folder because the learner asked. */
  z.object({ type: z.literal('file'), name: z.string(), existed: z.boolean() }),
  /** The step another tab moved to. */
  z.object({ type: z.literal('step'), step: z.string() }),
  z.object({ type: z.literal('notice'), level: z.enum(['info', 'warning', 'error']), text: z.string() }),
  /** The lesson's source changed (npm run dev): fetch the page again. */
  z.object({ type: z.literal('reload') }),
]);

/** Browser to server. */
export const clientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), step: z.string().max(200) }),
  z.object({ type: z.literal('predict'), id: z.string().max(200), choice: z.string().max(2000) }),
  z.object({ type: z.literal('hint'), step: z.string().max(200), task: z.string().max(200) }),
  z.object({ type: z.literal('write-file'), step: z.string().max(200), name: z.string().max(500) }),
  /** Types a command of the lesson into a terminal, as if the learner had; only commands that stand in the lesson. */
  z.object({
    type: z.literal('run'),
    terminal: z.string().max(100),
    /** The lesson names no terminal: another one will do if something runs in this one. */
    elsewhere: z.boolean(),
    step: z.string().max(200),
    command: z.string().max(10_000),
  }),
  z.object({ type: z.literal('open-terminal') }),
  z.object({ type: z.literal('close-terminal'), terminal: z.string().max(100) }),
  /** Starts the lesson over: namespace emptied, progress forgotten, files as they were. */
  z.object({ type: z.literal('reset') }),
]);

export type Evidence = z.infer<typeof evidence>;
export type TaskState = z.infer<typeof taskState>;
export type PredictionState = z.infer<typeof predictionState>;
export type PictureObject = z.infer<typeof pictureObject>;
export type TimelineEntry = z.infer<typeof timelineEntry>;
export type ServerMessage = z.infer<typeof serverMessage>;
export type ClientMessage = z.infer<typeof clientMessage>;
