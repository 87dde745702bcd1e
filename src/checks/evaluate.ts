import type {
  Check,
  CheckContext,
  Evidence,
  Explanation,
  Memory,
  Outcome,
  Recording,
  Settlement,
  Subject,
} from './check.ts';
import { assertion, expectation } from './evidence/words.ts';
import type { Answer, Expression, Template, World } from './expressions/expression.ts';
import { Budget } from './expressions/guard.ts';
import { toJson } from './expressions/value.ts';
import { type Finding, gather } from './gather.ts';
import { sentence } from './text.ts';

/**
 * Whether a check holds, and what was seen. Rejects only with the signal's reason: what cannot be asked is part of the
 * outcome. Nothing is kept between calls; ask again when one of `check.inputs` has changed.
 */
export async function evaluate(check: Check, context: CheckContext): Promise<Outcome> {
  const findings = await gather(check.subject, context);
  context.signal.throwIfAborted();
  const budget = new Budget();
  const judged = findings.map((finding) => {
    const world = worldOf(finding, check, context, budget);
    return { finding, world, verdict: judge(check, finding, world, context) };
  });
  const passed = judged.filter((each) => each.verdict.state === 'passed');
  const { finding, world, verdict } = passed[0] ?? judged[0]!;
  const explanation = verdict.state === 'passed' || verdict.state === 'unknown' ? undefined : explain(check, world);
  return {
    state: explanation && verdict.state !== 'unknown' ? explanation.state : verdict.state,
    evidence: evidence(check, explanation, verdict, finding, world),
    ...(explanation && { explanation: explanation.id }),
    ...since(
      check,
      passed.map((each) => each.finding.at),
      context,
    ),
  };
}

/** From the first on that does. A task that comes after another has not passed before that one. */
function since(
  { follows }: Check,
  times: readonly (number | undefined)[],
  { memory }: CheckContext,
): Pick<Outcome, 'at'> {
  const known = times.filter((at) => at !== undefined);
  if (known.length === 0) return {};
  return { at: Math.max(Math.min(...known), (follows && memory.passedAt(follows.key)) ?? 0) };
}

/** The value of one expression, asked on its own; of a subject where it has one. Rejects as `evaluate` does. */
export async function answer(
  expression: Expression,
  { subject, step }: { readonly subject?: Subject; readonly step: string },
  context: CheckContext,
): Promise<Answer> {
  const finding = subject ? (await gather(subject, context))[0] : nothing;
  context.signal.throwIfAborted();
  return expression.evaluate(worldOf(finding, { key: `${step}/` }, context, new Budget()));
}

/** A value to keep, as JSON; undefined while there is none to be had. */
export async function record(recording: Recording, context: CheckContext): Promise<unknown> {
  if (!hasCome(recording, context.memory)) return undefined;
  const finding = recording.subject ? (await gather(recording.subject, context))[0] : nothing;
  if (!finding.present) return undefined;
  const { value } = recording.value.evaluate(worldOf(finding, { key: recording.key }, context, new Budget()));
  return value === null || value === undefined ? undefined : toJson(value);
}

/** Of a value that stands by itself. */
const nothing: Finding = { variables: {}, present: true, sight: () => ({ text: '', trouble: false }) };

/** What the cluster did; undefined until the task has passed and one of the options applies. */
export async function settle(
  settlement: Settlement,
  context: CheckContext,
): Promise<{ choice: string; observed: string } | undefined> {
  if (context.memory.passedAt(settlement.after) === undefined) return undefined;
  const [finding] = await gather(settlement.subject, context);
  const world = worldOf(finding, settlement, context, new Budget());
  const option = settlement.options.find(({ when }) => when.evaluate(world).value === true);
  if (!option || finding.history?.known === false) return undefined;
  return { choice: option.id, observed: settlement.observed.render(world) ?? sentence(finding.sight().text) };
}

/** Whether the moment is there from which a value is kept. */
export function hasCome({ since }: Recording, memory: Memory): boolean {
  if (since.type === 'session') return true;
  return (since.type === 'step' ? memory.openedAt(since.step) : memory.passedAt(since.key)) !== undefined;
}

function worldOf(
  { variables }: Finding,
  { key, comparison }: Pick<Check, 'key' | 'comparison'>,
  { namespace, reader, memory, transcript }: CheckContext,
  budget: Budget,
): World {
  const opened = memory.openedAt(key.split('/')[0]!) ?? Number.POSITIVE_INFINITY;
  const commands = transcript.commands.filter(({ startedAt }) => startedAt >= opened);
  const world = { variables, namespace, reader, commands, budget };
  if (!comparison) return world;
  const before = memory.recorded(comparison.recording.key) ?? null;
  const after = toJson(comparison.after.evaluate(world).value ?? null);
  return { ...world, variables: { ...variables, before, after } };
}

interface Verdict {
  readonly state: Outcome['state'];
  /** Which parts of the assertion did not hold, or what stands in their way, in words. */
  readonly saw?: string;
}

function judge(check: Check, finding: Finding, world: World, context: CheckContext): Verdict {
  const { presence, follows } = check;
  if (follows && context.memory.passedAt(follows.key) === undefined) {
    return { state: 'waiting', saw: `First comes another task: ${follows.title}` };
  }
  if (presence) return judgeAbsence(finding, context.memory.recorded(presence.key) !== undefined);
  if (!finding.present) return { state: 'waiting' };
  if (finding.refused) return { state: finding.refused.trouble ? 'failed' : 'waiting' };
  if (check.comparison && world.variables.before === null) {
    return { state: 'waiting', saw: 'The value to compare with has not been seen yet' };
  }
  for (const part of check.assert) {
    const { value, problem } = part.evaluate(world);
    if (value === true) continue;
    if (problem?.kind === 'wrong')
      return { state: 'unknown', saw: `The check cannot be evaluated: ${problem.message}` };
    if (problem?.kind === 'not-yet') return { state: 'waiting', saw: problem.message };
    if (finding.history?.known === false) return unknownOrder;
    const sight = finding.sight();
    const failed = sight.trouble || (finding.history !== undefined && value === false);
    return {
      state: failed ? 'failed' : 'waiting',
      saw: assertion(part, problem, {
        world,
        seen: sight.text,
        ...(check.comparison && { comparison: check.comparison }),
      }),
    };
  }
  if (check.assert.length === 0 && !holdsByItself(check, world)) return { state: 'waiting' };
  if (finding.history?.known === false) return unknownOrder;
  return { state: 'passed' };
}

const unknownOrder: Verdict = {
  state: 'unknown',
  saw: 'The connection to the cluster was interrupted, so the order in which this happened is not known; do it once more',
};

function judgeAbsence({ present, variables }: Finding, wasThere: boolean): Verdict {
  const there = Array.isArray(variables.objects) ? variables.objects.length > 0 : present;
  if (there) return { state: 'waiting' };
  return wasThere
    ? { state: 'passed' }
    : { state: 'waiting', saw: 'It is not there, and has not been there before either' };
}

/** What a check without an assertion asks of its subject. */
function holdsByItself({ subject }: Check, { variables }: World): boolean {
  switch (subject.kind) {
    case 'objects':
      return Array.isArray(variables.objects) && variables.objects.length > 0;
    case 'dns': {
      const answer = variables.answer as { status: string; records: readonly string[] };
      return answer.status === 'NOERROR' && answer.records.length > 0;
    }
    case 'http': {
      const { status } = variables.response as { status: number };
      return status >= 200 && status < 300;
    }
    case 'exec':
      return (variables.result as { exitCode: number }).exitCode === 0;
    default:
      return true;
  }
}

function explain(check: Check, world: World): Explanation | undefined {
  return check.explain.find(({ when }) => when === undefined || when.evaluate(world).value === true);
}

function evidence(
  check: Check,
  explanation: Explanation | undefined,
  verdict: Verdict,
  finding: Finding,
  world: World,
): Evidence {
  const text = (name: 'expected' | 'saw' | 'why' | 'try') => render(explanation?.[name] ?? check.texts[name], world);
  // An author's `saw` describes what is wrong: where nothing is, the cluster speaks for itself.
  const saw = verdict.state === 'passed' || verdict.state === 'unknown' ? undefined : text('saw');
  const why = text('why');
  const next = verdict.state === 'passed' ? undefined : text('try');
  return {
    expected: text('expected') ?? sentence(expectation(check).replaceAll('{{namespace}}', world.namespace)),
    saw: saw ?? sentence(verdict.saw ?? finding.sight().text),
    ...(why !== undefined && { why }),
    ...(next !== undefined && { try: next }),
  };
}

function render(template: Template | undefined, world: World): string | undefined {
  return template?.render(world);
}
