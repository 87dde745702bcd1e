import { kindNames, knownKindNames } from '../../checks/kinds.ts';
import { closest } from '../../checks/text.ts';
import type { Word } from '../shell.ts';
import type { KubectlTable } from './kubectl-flags.ts';

/** What is wrong with a kubectl command, without running it. */
export interface Complaint {
  readonly message: string;
  /** Character of the script. */
  readonly offset: number;
}

export interface KubectlCall {
  /** "rollout status" */
  readonly command: string;
  /** Values by long flag name, '' for flags without one. */
  readonly flags: ReadonlyMap<string, readonly Word[]>;
  readonly operands: readonly Word[];
}

/** Commands whose first operands name kinds. */
const ofKinds = new Set([
  'annotate',
  'autoscale',
  'delete',
  'describe',
  'edit',
  'expose',
  'get',
  'label',
  'patch',
  'rollout history',
  'rollout pause',
  'rollout restart',
  'rollout resume',
  'rollout status',
  'rollout undo',
  'scale',
  'set env',
  'set image',
  'set resources',
  'set selector',
  'set serviceaccount',
  'set subject',
  'taint',
  'wait',
]);

/** @param words of the command, `kubectl` first */
export function readKubectl(
  words: readonly Word[],
  table: KubectlTable,
): { call?: KubectlCall; complaints: Complaint[] } {
  const complaints: Complaint[] = [];
  const [kubectl, ...rest] = words;
  const reader = new Reader(rest, table);
  const found = reader.command();
  if (found.unknown) {
    const { text, offset } = found.unknown;
    const names = [...table.commands.keys()]
      .filter((name) => name.startsWith(found.prefix))
      .map((name) => name.slice(found.prefix.length).split(' ')[0]!);
    const meant = closest(text, names);
    return {
      complaints: [
        { message: `kubectl ${found.prefix}has no command ${text}${meant ? `: did you mean ${meant}?` : ''}`, offset },
      ],
    };
  }
  if (found.name === undefined)
    return {
      complaints:
        rest.length === 0 ? [{ message: 'kubectl does nothing by itself', offset: kubectl?.offset ?? 0 }] : [],
    };
  const { flags, operands } = reader.rest(found.name, complaints);
  if (ofKinds.has(found.name)) complaints.push(...unknownKinds(operands[0]));
  return { call: { command: found.name, flags, operands }, complaints };
}

class Reader {
  readonly #words: readonly Word[];
  readonly #table: KubectlTable;
  #at = 0;
  readonly #early: Word[] = [];

  constructor(words: readonly Word[], table: KubectlTable) {
    this.#words = words;
    this.#table = table;
  }

  /** The longest command that the words begin with; global flags may stand before it. */
  command(): { name?: string; unknown?: Word; prefix: string } {
    const { commands, aliases } = this.#table;
    let prefix = '';
    for (;;) {
      const word = this.#words[this.#at];
      if (!word) break;
      if (word.text.startsWith('-')) {
        if (prefix !== '' && commands.has(prefix.trim())) break;
        this.#early.push(word);
        this.#at++;
        const takes = commands.get('get')?.flags.get(word.text)?.value === 'required';
        if (takes && this.#words[this.#at]) this.#early.push(this.#words[this.#at++]!);
        continue;
      }
      const name = `${prefix}${aliases[word.text] ?? word.text}`;
      const known = commands.has(name) || [...commands.keys()].some((each) => each.startsWith(`${name} `));
      if (!known) {
        if (commands.has(prefix.trim())) break;
        return word.dynamic ? { prefix } : { unknown: word, prefix };
      }
      prefix = `${name} `;
      this.#at++;
    }
    const name = prefix.trim();
    return commands.has(name) ? { name, prefix } : { prefix };
  }

  rest(name: string, complaints: Complaint[]): { flags: Map<string, Word[]>; operands: Word[] } {
    const { flags: known, anyFlag } = this.#table.commands.get(name)!;
    const flags = new Map<string, Word[]>();
    const operands: Word[] = [];
    const words = [...this.#early, ...this.#words.slice(this.#at)];
    for (let index = 0; index < words.length; index++) {
      const word = words[index]!;
      if (word.text === '--') {
        operands.push(...words.slice(index));
        break;
      }
      if (!word.text.startsWith('-') || word.text === '-') {
        operands.push(word);
        continue;
      }
      if (anyFlag) continue;
      const [, written = '', attached] = /^(--[^=]+|-\w)(.*)$/s.exec(word.text) ?? [];
      const flag = known.get(written);
      if (!flag) {
        const meant = written.startsWith('--') ? closest(written, known.keys()) : undefined;
        complaints.push({
          message: `kubectl ${name} has no flag ${written}${meant ? `: did you mean ${meant}?` : ''}`,
          offset: word.offset,
        });
        continue;
      }
      const values = flags.get(flag.name) ?? [];
      flags.set(flag.name, values);
      const more = attached && flag.value === 'none' && !attached.startsWith('=') && !written.startsWith('--');
      if (more) words.splice(index + 1, 0, { ...word, text: `-${attached}` });
      else if (attached) values.push({ ...word, text: attached.replace(/^=/, '') });
      else if (flag.value === 'required') {
        const value = words[++index];
        if (value) values.push(value);
        else complaints.push({ message: `${written} needs a value`, offset: word.offset });
      }
    }
    return { flags, operands };
  }
}

/** "pods", "sts/kubia", "statefulset,service" */
function unknownKinds(operand: Word | undefined): Complaint[] {
  if (!operand || operand.dynamic || operand.text.includes('{{')) return [];
  const kinds = operand.text.includes('/') ? [operand.text.split('/')[0]!] : operand.text.split(',');
  return kinds.flatMap((kind) => {
    if (kind === 'all' || kind.includes('.') || kindNames(kind)) return [];
    const meant = closest(kind, knownKindNames());
    return [{ message: `"${kind}" is no kind${meant ? `: did you mean ${meant}?` : ''}`, offset: operand.offset }];
  });
}
