import { age, ageColumns, machineColumns, type Rule, rules } from './rules.ts';
import { authoredText, type Scenario } from './scenario.ts';
import { type Segment, splitText } from './segments.ts';
import { splitTables } from './tables.ts';

/** Any of them may get a Pod that may run on all of them, so they are alike where the scenario names none. */
const workers: Rule = { kind: 'worker', pattern: /\bordinal-worker2?\b/ };

/**
 * kubectl complains of what arrives after a stream was closed, and of a watch it ended itself because its time was over,
 * where it hears of the end before it has noticed that: both depend on when exactly they happen.
 */
const noise =
  /^(?:E\d{4} .* websocket\.go:\d+\] Unknown stream id|I\d{4} .* reflector\.go:\d+\] "Warning: watch ended with error" .*very short watch:) .*\n/gm;

/** An Event, in any table, of a first probe that came before the container listened: on a busy machine one does. */
const earlyProbe = /^.*\bReadiness probe failed: Get "[^"]*": dial tcp \S+: connect: connection refused.*\n/gm;

/** Go's comparison of two values picks blanks that break or blanks that do not, by chance, so that nobody relies on it. */
const anyBlank = /\u00a0/g;

/** Causes in one map, whose entries Go visits in any order: " * spec.hard[cpu]: …" and what follows it of the same map. */
const ofOneMap = /^\* ([\w.]+)\[(?!\d+\]).*\n(?:\* \1\[(?!\d+\]).*\n)+/gm;

/** Finds in a command's output what two runs of its scenario cannot share, and leaves everything else as it is. */
export class Normaliser {
  readonly #authored: string;
  readonly #rules: readonly Rule[];
  readonly #words = new Map<string, boolean>();

  constructor(scenario: Scenario) {
    this.#authored = authoredText(scenario);
    this.#rules = workers.pattern.test(this.#authored) ? rules : [...rules, workers];
  }

  segments(output: string): Segment[] {
    let segments = splitTables(
      output.replace(noise, '').replace(earlyProbe, '').replace(anyBlank, ' ').replace(ofOneMap, sorted),
      splitCell,
    );
    for (const rule of this.#rules) segments = splitText(segments, (text) => this.#apply(rule, text));
    return joinText(segments);
  }

  #apply(rule: Rule, text: string): Segment[] {
    const pattern = new RegExp(rule.pattern, `${rule.pattern.flags.replace(/[dg]/g, '')}dg`);
    return split(text, pattern, (match, original) => {
      const { kind, names = false, authored, normalForm = (value: string) => value } = rule;
      if (authored && this.#isAuthored(authored === 'value' ? original : match)) return original;
      return { kind, original: normalForm(original), names };
    });
  }

  /** As a word of its own: port 80 is not authored by somebody who wrote 8080. */
  #isAuthored(value: string): boolean {
    const known = this.#words.get(value);
    if (known !== undefined) return known;
    const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const authored = new RegExp(`(?<![\\w.])${escaped}(?!\\w|\\.\\w)`).test(this.#authored);
    this.#words.set(value, authored);
    return authored;
  }
}

function sorted(lines: string): string {
  return lines
    .split(/(?<=\n)/)
    .sort()
    .join('');
}

function splitCell(column: string, cell: string): Segment[] {
  if (machineColumns.test(column) && cell) return [{ kind: column, original: cell, names: false }];
  if (!ageColumns.test(column)) return [cell];
  return split(cell, new RegExp(age, 'dg'), (_, original) => ({ kind: 'age', original, names: false }));
}

/** Puts what `replace` makes of each match's first group, or of all of it without one, in its place. */
function split(text: string, pattern: RegExp, replace: (match: string, original: string) => Segment): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [from, to] = (match.indices![1] ?? match.indices![0])!;
    segments.push(text.slice(end, from), replace(match[0], text.slice(from, to)));
    end = to;
  }
  return [...segments, text.slice(end)];
}

/** One text between two tokens, however many rules looked at it. */
function joinText(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (typeof segment === 'string' && typeof last === 'string') joined[joined.length - 1] = last + segment;
    else if (segment !== '') joined.push(segment);
  }
  return joined;
}
