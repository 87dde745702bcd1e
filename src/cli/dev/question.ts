import { z } from 'zod';
import type { Check, Subject } from '../../checks/check.ts';
import { compileCheck } from '../../checks/compile.ts';
import type { ExpressionCompiler } from '../../checks/expressions/compiler.ts';
import { type Expression, ExpressionError } from '../../checks/expressions/expression.ts';
import { kindNames } from '../../checks/kinds.ts';
import { checkShape } from '../../checks/schema.ts';
import { readSubject, subjectKeys, variablesOf, WrittenWrong } from '../../checks/subject.ts';
import { describeIssues } from '../../lessons/issues.ts';
import type { Lesson } from '../../lessons/lesson.ts';
import { readYaml } from '../../lessons/yaml.ts';

/** What an author asks at the prompt, understood but not answered. */
export type Question =
  | { readonly type: 'check'; readonly check: Check }
  | {
      readonly type: 'expression';
      readonly expression: Expression;
      readonly subject?: Subject;
      /** The same as a check, where it can be one: it says what was expected and seen. */
      readonly check?: Check;
    }
  /** It cannot be asked like that. */
  | { readonly type: 'wrong'; readonly message: string; readonly offset?: number };

export interface QuestionContext {
  readonly compiler: ExpressionCompiler;
  readonly lesson: Lesson;
  readonly step: string;
}

/**
 * A task's id, a check as checks.yaml has it (in braces or without), `KIND/NAME EXPRESSION`, or an expression alone.
 */
export function readQuestion(line: string, context: QuestionContext): Question {
  const task = context.lesson.steps.flatMap(({ tasks }) => tasks).find(({ key, id }) => key === line || id === line);
  if (task) return { type: 'check', check: task.check };
  try {
    if (line.startsWith('{')) return readCheck(line, context);
    if (new RegExp(`^(${subjectKeys.join('|')}):`).test(line)) return readCheck(`{${line}}`, context);
    const [, kind = '', name = '', rest = ''] = /^([\w.]+)\/([\w.-]+)(?:\s+(.+))?$/s.exec(line) ?? [];
    if (kindNames(kind)) return aboutObject(`${kind}/${name}`, rest, context);
    return { type: 'expression', expression: context.compiler.value(line, {}) };
  } catch (error) {
    if (error instanceof ExpressionError) return { type: 'wrong', message: error.message, offset: error.offset };
    if (error instanceof WrittenWrong) return { type: 'wrong', message: error.message };
    throw error;
  }
}

function aboutObject(object: string, written: string, { compiler, step, lesson }: QuestionContext): Question {
  const source = written || 'object';
  const subject = readSubject({ object }, () => ({ type: 'step', step }));
  const expression = compiler.value(source, variablesOf(subject));
  const raw = { object, ...(written && { assert: written }) };
  const { value: check } = compileCheck(raw, 'check', scopeOf({ compiler, step, lesson }));
  return { type: 'expression', expression, subject, ...(check && { check }) };
}

const checkSchema = z.strictObject(checkShape);

function readCheck(text: string, context: QuestionContext): Question {
  const yaml = readYaml(text, 'check');
  if (Array.isArray(yaml)) return { type: 'wrong', message: yaml[0]!.message, offset: yaml[0]!.column - 1 };
  const parsed = checkSchema.safeParse(yaml.data);
  if (!parsed.success) {
    const [problem] = describeIssues(parsed.error.issues, yaml, checkSchema, 'check');
    return { type: 'wrong', message: problem?.message ?? 'this is no check' };
  }
  const { value, problems } = compileCheck(parsed.data, 'check', scopeOf(context));
  if (value) return { type: 'check', check: value };
  const { path, message } = problems[0]!;
  return { type: 'wrong', message: path.length > 0 ? `${path.join('.')}: ${message}` : message };
}

function scopeOf({ compiler, step, lesson }: QuestionContext) {
  const tasks = new Map(lesson.steps.flatMap((each) => each.tasks.map(({ key, title }) => [key, title] as const)));
  return { compiler, step, tasks };
}
