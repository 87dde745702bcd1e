import type { Check, CheckContext, Memory, Outcome } from '../../src/checks/check.ts';
import { compileCheck, type Scope } from '../../src/checks/compile.ts';
import { evaluate } from '../../src/checks/evaluate.ts';
import { ExpressionCompiler } from '../../src/checks/expressions/compiler.ts';
import type { RawCheck } from '../../src/checks/schema.ts';
import { FakeReader, FakeTranscript } from './fake-reader.ts';

export const scope: Scope = {
  compiler: new ExpressionCompiler(),
  step: 'one',
  tasks: new Map([
    ['one/task', 'Do it'],
    ['one/other', 'Do the other'],
    ['two/later', 'Do it later'],
  ]),
};

export function compiled(raw: RawCheck): Check {
  const { value, problems } = compileCheck(raw, 'task', scope);
  if (!value) throw new Error(JSON.stringify(problems));
  return value;
}

export class FakeMemory implements Memory {
  readonly values = new Map<string, unknown>();
  readonly passed = new Map<string, number>();
  readonly opened = new Map<string, number>([['one', 0]]);

  recorded(key: string): unknown {
    return this.values.get(key);
  }

  passedAt(task: string): number | undefined {
    return this.passed.get(task);
  }

  openedAt(step: string): number | undefined {
    return this.opened.get(step);
  }
}

export interface Setting {
  readonly reader: FakeReader;
  readonly transcript: FakeTranscript;
  readonly memory: FakeMemory;
}

export function setting(): Setting {
  return { reader: new FakeReader(), transcript: new FakeTranscript(), memory: new FakeMemory() };
}

export function context(setting: Setting): CheckContext {
  return { ...setting, namespace: 'learn-1', now: 0, signal: new AbortController().signal };
}

export async function outcome(raw: RawCheck, from: Setting): Promise<Outcome> {
  return evaluate(compiled(raw), context(from));
}
