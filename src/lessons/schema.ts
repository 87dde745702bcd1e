import { z } from 'zod';
import { checkShape, subjectShape } from '../checks/schema.ts';
import { isFileName } from './names.ts';

/** What stands in lesson.md's front matter and in checks.yaml. */

const id = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is written-like-this: small letters, digits and single dashes');

const sentenceText = (most: number) => z.string().trim().min(1).max(most);

export const capabilities = [
  'namespaces',
  'nodes',
  'node-failure',
  'storage-classes',
  'persistent-volumes',
  'snapshots',
] as const;

export const frontMatterSchema = z
  .strictObject({
    title: sentenceText(120),
    summary: sentenceText(300).meta({ description: 'One or two sentences for the catalogue.' }),
    minutes: z.number().int().min(1).max(240),
    objectives: z
      .array(sentenceText(200))
      .min(1)
      .meta({ description: 'What the learner can do afterwards, each beginning with a verb.' }),
    needs: z.array(z.enum(capabilities)).optional().meta({ description: 'What the cluster must be able to do.' }),
    images: z
      .array(z.string().regex(/^\S+:[\w][\w.-]*$/, 'an image is written with its tag: ordinal/kubia:1'))
      .optional()
      .meta({ description: 'Every image that the lesson runs, with its tag.' }),
    missingImages: z
      .array(z.string())
      .optional()
      .meta({ description: 'Images that the lesson names because there are none of that name: to see a Pod fail.' }),
  })
  .meta({ title: 'Front matter of lesson.md' });

const action = z.union([
  z.string().min(1).meta({ description: 'Shell.' }),
  z.strictObject({
    run: z.string().min(1),
    terminal: z.number().int().min(1).max(4).optional(),
    background: z.boolean().optional().meta({ description: 'It goes on until it is interrupted.' }),
    'expect-failure': z.boolean().optional(),
  }),
  z.strictObject({
    file: z.string().refine(isFileName, 'is no name for a file of the working folder: write kubia.yaml'),
    content: z.string().optional().meta({
      description: 'Absent: as the text has it, in the steps before this one (and, but for setup, in this one).',
    }),
  }),
]);

const script = z.union([z.string().min(1), z.array(action)]).meta({
  description: 'Shell, or a list of commands and files. Files of the step are there already.',
});

const attempt = { name: sentenceText(200), run: script };

const task = z.strictObject({
  id,
  title: sentenceText(200).meta({ description: 'What to do, as an instruction.' }),
  ...checkShape,
  hints: z
    .array(z.string().min(1).max(2000))
    .optional()
    .meta({ description: 'Markdown: a nudge, then the way, then the answer.' }),
  wrong: z
    .array(
      z.strictObject({
        ...attempt,
        explain: id.meta({ description: 'Id of the explanation that has to be told.' }),
      }),
    )
    .optional()
    .meta({ description: 'What people do wrong, for CI: the task must not pass, and must be explained.' }),
});

const prediction = z.strictObject({
  ...subjectShape,
  settle: z.string().min(1).meta({ description: 'Id of the task whose passing settles it.' }),
  options: z
    .record(id, z.string().min(1))
    .meta({ description: 'For each option of the question, the CEL that makes it the right one.' }),
  observed: sentenceText(1000).meta({
    description: 'What the cluster did, in a sentence; it may hold expressions of what was seen.',
  }),
});

const step = z.strictObject({
  setup: script.optional().meta({
    description:
      'From an empty namespace to the beginning of this step, where that is not the solutions of those before.',
  }),
  solution: script.optional().meta({ description: "Solves the step, where that is not the text's own commands." }),
  alternatives: z.array(z.strictObject(attempt)).optional().meta({ description: 'Other ways, which must pass too.' }),
  tasks: z.array(task),
  predictions: z.record(id, prediction).optional(),
});

export const checksSchema = z.strictObject({ steps: z.record(id, step) }).meta({ title: "A lesson's checks.yaml" });

export type FrontMatter = z.infer<typeof frontMatterSchema>;
export type RawStep = z.infer<typeof step>;
export type RawScript = z.infer<typeof script>;

/** JSON schemas, for editors: `# yaml-language-server: $schema=…`. */
export function jsonSchemas(): { readonly checks: object; readonly frontMatter: object } {
  const draft = { target: 'draft-7', io: 'input' } as const;
  return { checks: z.toJSONSchema(checksSchema, draft), frontMatter: z.toJSONSchema(frontMatterSchema, draft) };
}
