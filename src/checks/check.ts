import type { Expression, Template } from './expressions/expression.ts';
import type { Pattern } from './pattern.ts';
import type { ClusterReader, DnsRequest, ExecRequest, HttpRequest, Transcript } from './reader.ts';

/**
 * A check as it is evaluated: compiled once, when its lesson is loaded, and free of state. It asks one question about a
 * subject, and knows how to explain what it saw.
 */
export interface Check {
  /** "step/task": the name under which its task passes and its values are recorded. */
  readonly key: string;
  readonly subject: Subject;
  /** A task that has to have passed before: what is the case by then anyway is no achievement. */
  readonly follows?: { readonly key: string; readonly title: string };
  /** Holds, or does not, of what the subject gave. Parts joined by && are told apart when one of them is false. */
  readonly assert: readonly Expression[];
  /** A value from earlier in the session, `before` in expressions, and what it is compared with, `after`. */
  readonly comparison?: Comparison;
  /** For what is to be absent: that it was there. */
  readonly presence?: Recording;
  /** Everything the session has to remember for this check. */
  readonly recordings: readonly Recording[];
  readonly texts: Texts;
  /** Known situations, the first that applies is told. */
  readonly explain: readonly Explanation[];
  readonly inputs: Inputs;
}

/** Where a check's values come from. */
export type Subject =
  | { readonly kind: 'object'; readonly name: ObjectName; readonly absent: boolean }
  | { readonly kind: 'objects'; readonly resource: string; readonly selector?: string; readonly absent: boolean }
  | { readonly kind: 'dns'; readonly request: DnsRequest }
  | { readonly kind: 'http'; readonly request: HttpRequest }
  | { readonly kind: 'exec'; readonly request: ExecRequest }
  | TerminalSubject
  | {
      readonly kind: 'history';
      readonly resource: string;
      /** Expressions look at the entries themselves, not only at places in their order. */
      readonly entries: boolean;
    };

export interface TerminalSubject {
  readonly kind: 'terminal';
  readonly command: Pattern;
  readonly output?: Pattern;
  /** The exit code asked for; `running` for a command that is to stay in the foreground, such as kubectl proxy. */
  readonly exit: number | 'any' | 'running';
  /** Only commands started since the step was opened, or since the task of that key passed. */
  readonly since?: Moment;
}

/** "statefulset/kubia" */
export interface ObjectName {
  readonly resource: string;
  readonly name: string;
}

export type Moment =
  | { readonly type: 'session' }
  | { readonly type: 'step'; readonly step: string }
  | { readonly type: 'task'; readonly key: string };

export interface Comparison {
  readonly recording: Recording;
  readonly after: Expression;
}

/** A value to keep from the first time, since the moment, that `record` gives one. */
export interface Recording {
  readonly key: string;
  readonly since: Moment;
  /** Absent where the value names nothing of it: then there is nothing to wait for. */
  readonly subject?: Subject;
  readonly value: Expression;
  readonly inputs: Inputs;
}

/** What the learner is told; parts that are not given are computed from what was seen. */
export interface Texts {
  readonly expected?: Template;
  readonly saw?: Template;
  readonly why?: Template;
  readonly try?: Template;
}

export interface Explanation extends Texts {
  /** What a wrong attempt names. */
  readonly id: string;
  readonly when?: Expression;
  readonly state: 'failed' | 'waiting';
  /** Markdown, in place of the task's own hints and as many as those. */
  readonly hints?: readonly string[];
}

/** What a check's answer depends on: when any of it changes, ask again. */
export interface Inputs {
  /** Kinds whose objects it reads, as kubectl names resources: "pods", "statefulsets.apps". */
  readonly kinds: readonly string[];
  /** Kinds whose history it reads: to be watched from the beginning of the session. */
  readonly histories: readonly string[];
  /** What the learner runs may change it: ask again when a command has begun or ended. */
  readonly terminal: boolean;
  /** It asks something that cannot be watched (DNS, HTTP, a command in a container): ask again now and then as well. */
  readonly probes: boolean;
}

export interface CheckContext {
  readonly namespace: string;
  readonly reader: ClusterReader;
  readonly transcript: Transcript;
  readonly memory: Memory;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** What a session remembers. */
export interface Memory {
  /** The value of a recording; undefined while there is none. */
  recorded(key: string): unknown;
  /** When a task passed, by its key, in milliseconds since the epoch. */
  passedAt(task: string): number | undefined;
  /** When the step was first opened. */
  openedAt(step: string): number | undefined;
}

export interface Outcome {
  /** `waiting`: not yet; `failed`: something is known to be wrong; `unknown`: it cannot be told any more. */
  readonly state: 'passed' | 'waiting' | 'failed' | 'unknown';
  /** Always there, also when it passed. */
  readonly evidence: Evidence;
  /** The id of the explanation that applied. */
  readonly explanation?: string;
  /** Of one that passed, since when it has been so, where that is known: when a command ended. */
  readonly at?: number;
}

/** In words for the learner, plain text. */
export interface Evidence {
  readonly expected: string;
  readonly saw: string;
  readonly why?: string;
  readonly try?: string;
}

/** How the cluster settles a prediction: the first option whose condition holds once the task has passed. */
export interface Settlement {
  readonly key: string;
  /** The key of the task whose passing settles it. */
  readonly after: string;
  readonly subject: Subject;
  readonly comparison?: Comparison;
  readonly recordings: readonly Recording[];
  readonly options: readonly { readonly id: string; readonly when: Expression }[];
  readonly observed: Template;
  readonly inputs: Inputs;
}
