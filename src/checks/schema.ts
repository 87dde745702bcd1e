import { z } from 'zod';

/**
 * A check as it is written in YAML, flat beside its task's title. The descriptions are what an editor shows while an
 * author types.
 */

const cel = z.string().min(1);
const line = (description: string) => z.string().min(1).max(2000).meta({ description });

const moment = z.string().min(1).meta({
  description: '`step` (since the step was opened), `session`, or the id of a task (since that one passed).',
});

export const httpSchema = z.union([
  z.string().meta({ description: '`pod/kubia-0:8080/path` or `service/kubia-public/path`.' }),
  z.strictObject({
    service: z.string().optional(),
    pod: z.string().optional(),
    port: z.union([z.string(), z.number().int()]).optional(),
    path: z.string().startsWith('/').optional(),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
    body: z.string().max(10_000).optional(),
  }),
]);

export const execSchema = z.strictObject({
  pod: z.string().min(1),
  container: z.string().optional(),
  command: z.union([z.string().min(1), z.array(z.string()).min(1)]).meta({
    description: 'A list of words, or one line that is split at its spaces. No shell: write [sh, -c, …] for one.',
  }),
});

export const dnsSchema = z.union([
  z.string().min(1).meta({ description: 'A name, asked for its addresses (A): `kubia-0.kubia`.' }),
  z.strictObject({ name: z.string().min(1), type: z.enum(['A', 'AAAA', 'SRV', 'PTR', 'CNAME']).optional() }),
]);

export const terminalSchema = z.union([
  z.string().min(1).meta({ description: 'Text of the command, or `/a regular expression/`.' }),
  z.strictObject({
    command: z.string().min(1),
    output: z.string().min(1).optional(),
    exit: z
      .union([z.number().int().min(0).max(255), z.enum(['any', 'running'])])
      .optional()
      .meta({ description: 'Its exit code: 0 unless said otherwise; `running` for one that is to go on.' }),
    since: moment.optional(),
  }),
]);

export const objectsSchema = z.union([
  z.string().min(1).meta({ description: 'A kind and a label selector: `pods app=kubia`.' }),
  z.strictObject({ kind: z.string().min(1), selector: z.string().optional() }),
]);

export const beforeSchema = z.union([
  cel.meta({ description: 'A value of this check, kept from when the step was opened: `object.metadata.uid`.' }),
  z.strictObject({ value: cel, since: moment.optional() }),
]);

/** Where values come from: a task and a prediction have exactly one of these. */
export const subjectShape = {
  object: z.string().optional().meta({ description: 'One object: `statefulset/kubia`. Variable: object.' }),
  objects: objectsSchema.optional().meta({ description: 'Objects of a kind. Variable: objects.' }),
  dns: dnsSchema.optional().meta({
    description: 'What a Pod inside the cluster resolves. Variable: answer, with status and records.',
  }),
  http: httpSchema.optional().meta({
    description: "Through the API server's proxy. Variable: response, with status, headers, body and json.",
  }),
  exec: execSchema.optional().meta({
    description: 'A command inside a container. Variable: result, with exitCode, stdout and stderr.',
  }),
  terminal: terminalSchema.optional().meta({
    description: 'What the learner ran. Variable: command, with text, exitCode, output and running.',
  }),
  history: z.string().optional().meta({
    description: 'What happened to objects of a kind, in order. Variables: history and entries.',
  }),
  before: beforeSchema
    .optional()
    .meta({ description: 'A value from earlier in the session. Variables: before and after.' }),
  after: cel.optional().meta({ description: 'What `before` is compared with: the same value, now, unless given.' }),
} as const;

const texts = {
  expected: line('What should be the case. Computed from the check where it is left out.').optional(),
  saw: line('What is the case instead. Computed from what was seen where it is left out.').optional(),
  why: line('Why it matters.').optional(),
  try: line('What to try next.').optional(),
};

export const explanationSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is written-like-this'),
  when: cel.optional().meta({ description: 'CEL; without it, this explains whatever the ones above it did not.' }),
  state: z.enum(['failed', 'waiting']).optional().meta({ description: 'failed unless it only takes time.' }),
  ...texts,
  hints: z.array(z.string().min(1)).optional().meta({ description: "In place of the task's hints, as many as those." }),
});

export const checkShape = {
  ...subjectShape,
  follows: z.string().min(1).optional().meta({
    description: 'Id of a task that has to have passed before this one can.',
  }),
  absent: z.literal(true).optional().meta({ description: 'It was there, and is gone.' }),
  assert: z
    .union([cel, z.array(cel).min(1)])
    .optional()
    .meta({ description: 'CEL that has to hold. Several: all of them.' }),
  ...texts,
  explain: z
    .array(explanationSchema)
    .optional()
    .meta({ description: 'Known situations: the first that applies is told.' }),
} as const;

export type RawSubject = { readonly [Key in keyof typeof subjectShape]?: z.infer<(typeof subjectShape)[Key]> };
export type RawCheck = { readonly [Key in keyof typeof checkShape]?: z.infer<(typeof checkShape)[Key]> };
export type RawExplanation = z.infer<typeof explanationSchema>;
