import type { CheckContext, Moment, Subject, TerminalSubject } from './check.ts';
import { describe, describeAbsence } from './evidence/describe.ts';
import type { Sight } from './evidence/sight.ts';
import { HistoryView } from './history.ts';
import { kindTitle } from './kinds.ts';
import { commandLine } from './pattern.ts';
import { CheckError, type DnsOutcome, type ExecOutcome, type HttpResponse, type TranscriptCommand } from './reader.ts';
import { isReady } from './state.ts';
import { clip, count, enumerate } from './text.ts';

/** What was found where a check looks. */
export interface Finding {
  readonly variables: Readonly<Record<string, unknown>>;
  /** What there is to ask about: false where the object does not exist, the command was not run. */
  readonly present: boolean;
  /** In words; asked for only when they are needed. */
  sight(): Sight;
  readonly history?: HistoryView;
  /** What the subject itself asks for and is not so: a command's exit code. */
  readonly refused?: Sight;
  /** Since when it has been so, where that is known, in milliseconds since the epoch. */
  readonly at?: number;
}

/** Findings, the most recent first: a check holds if it holds for one of them. There is always one. */
export async function gather(subject: Subject, context: CheckContext): Promise<readonly [Finding, ...Finding[]]> {
  const { reader, signal } = context;
  switch (subject.kind) {
    case 'object': {
      const { resource, name } = fill(subject.name, context.namespace);
      const object = reader.get(resource, name);
      return [
        {
          variables: { object: object ?? null },
          present: object !== undefined,
          sight: () =>
            object ? describe(object, reader) : { text: describeAbsence(resource, name, reader), trouble: false },
        },
      ];
    }
    case 'objects': {
      const selector = fill(subject.selector, context.namespace);
      const objects = reader.list(subject.resource, selector);
      return [
        {
          variables: { objects },
          present: true,
          sight: () =>
            describeList(
              subject.resource,
              selector,
              objects.map(({ metadata }) => metadata.name),
            ),
        },
      ];
    }
    case 'dns': {
      const request = fill(subject.request, context.namespace);
      return probe(
        'answer',
        () => reader.dns(request, signal),
        (answer) => sayDns(request.name, request.type, answer),
      );
    }
    case 'http': {
      const request = fill(subject.request, context.namespace);
      return probe(
        'response',
        async () => withJson(await reader.http(request, signal)),
        (response) => sayHttp(describeTarget(request.target), response),
      );
    }
    case 'exec': {
      const request = fill(subject.request, context.namespace);
      return probe(
        'result',
        () => reader.exec(request, signal),
        (result) => sayExec(request.command, request.pod, result),
      );
    }
    case 'terminal':
      return gatherCommands(subject, context);
    case 'history': {
      const view = new HistoryView(reader.history(subject.resource), {
        kind: kindTitle(subject.resource),
        ready: isReady,
        allUsed: subject.entries,
      });
      // A long session has thousands of entries: they are handed out only where an assertion asks for them.
      const entries = subject.entries
        ? view.entries.map(({ type, object, at }) => ({ type, object, at, name: object.metadata.name }))
        : [];
      return [
        {
          variables: { history: view, entries },
          present: true,
          history: view,
          sight: () => ({
            text: view.story() || `Nothing has happened to ${kindTitle(subject.resource)}s yet`,
            trouble: false,
          }),
        },
      ];
    }
  }
}

async function probe<T>(name: string, ask: () => Promise<T>, say: (answer: T) => string): Promise<[Finding]> {
  try {
    const answer = await ask();
    return [{ variables: { [name]: answer }, present: true, sight: () => ({ text: say(answer), trouble: false }) }];
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    const text = error.message;
    return [{ variables: { [name]: null }, present: false, sight: () => ({ text, trouble: false }) }];
  }
}

/** `{{namespace}}` in every text of a name or a request. */
function fill<T>(request: T, namespace: string): T {
  if (typeof request === 'string') return request.replaceAll('{{namespace}}', namespace) as T;
  if (Array.isArray(request)) return request.map((item) => fill(item, namespace)) as T;
  if (typeof request !== 'object' || request === null) return request;
  return Object.fromEntries(Object.entries(request).map(([key, value]) => [key, fill(value, namespace)])) as T;
}

/** Longer answers are cut: nobody compares that much, and a check must not take long. */
const longestBody = 65_536;

function withJson(response: HttpResponse): HttpResponse & { json?: unknown } {
  const body = response.body.slice(0, longestBody);
  const shortened = { ...response, body };
  if (!/^\s*[[{]/.test(body)) return shortened;
  try {
    return { ...shortened, json: JSON.parse(body) };
  } catch {
    return shortened;
  }
}

function describeTarget(target: { readonly pod?: string; readonly service?: string; readonly port?: string }): string {
  const port = target.port ? ` on port ${target.port}` : '';
  return `${target.pod !== undefined ? `Pod ${target.pod}` : `Service ${target.service}`}${port}`;
}

function describeList(resource: string, selector: string | undefined, names: readonly string[]): Sight {
  const what = count(names.length, kindTitle(resource));
  const matching = selector ? ` with ${selector}` : '';
  if (names.length === 0) return { text: `There is no ${kindTitle(resource)}${matching}`, trouble: false };
  const shown = names.slice(0, 8);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return { text: `${what}${matching}: ${more ? `${shown.join(', ')}${more}` : enumerate(shown)}`, trouble: false };
}

function sayDns(name: string, type: string, { status, records }: DnsOutcome): string {
  const answer = records.length > 0 ? enumerate(records.slice(0, 6)) : 'no records';
  return `${name} (${type}): ${status}, ${answer}`;
}

function sayHttp(target: string, { status, body }: HttpResponse): string {
  return `${target} answered ${status}${body.trim() === '' ? ' and nothing else' : `: ${clip(body)}`}`;
}

function sayExec(command: readonly string[], pod: string, { exitCode, stdout, stderr }: ExecOutcome): string {
  const printed = stdout.trim() || stderr.trim();
  const words = clip(command.join(' '), 80);
  return `\`${words}\` in Pod ${pod} ended with exit code ${exitCode}${printed ? ` and printed: ${clip(printed)}` : ''}`;
}

/** Commands are looked at from the newest back, and not further than this. */
const mostCommands = 50;

function gatherCommands(subject: TerminalSubject, context: CheckContext): readonly [Finding, ...Finding[]] {
  const since = startOf(subject.since, context);
  const all = context.transcript.commands;
  const matching = all
    .filter(
      ({ text, startedAt }) => since !== undefined && startedAt >= since && subject.command.test(commandLine(text)),
    )
    .slice(-mostCommands)
    .reverse();
  const [first, ...rest] = matching.map((command) => commandFinding(command, subject));
  if (first) return [first, ...rest];
  const last = all.at(-1);
  const text = last
    ? `No such command yet; the last one was \`${clip(last.text, 80)}\``
    : 'No command has been run yet';
  return [{ variables: { command: null }, present: false, sight: () => ({ text, trouble: false }) }];
}

/** Undefined while the moment has not come. */
function startOf(moment: Moment | undefined, { memory }: CheckContext): number | undefined {
  if (moment?.type === 'step') return memory.openedAt(moment.step);
  if (moment?.type === 'task') return memory.passedAt(moment.key);
  return 0;
}

function commandFinding(command: TranscriptCommand, { exit, output }: TerminalSubject): Finding {
  const running = command.endedAt === undefined && command.exitCode === undefined;
  const said = sayCommand(command, running);
  const asExpected = exit === 'any' || (exit === 'running' ? running : command.exitCode === exit);
  const printed = output === undefined || output.test(command.output);
  const failed = typeof exit === 'number' && command.exitCode !== undefined && command.exitCode !== exit;
  return {
    variables: {
      command: { text: commandLine(command.text), exitCode: command.exitCode ?? -1, output: command.output, running },
    },
    present: true,
    sight: () => ({ text: said, trouble: failed }),
    ...(!(asExpected && printed) && { refused: { text: said, trouble: failed } }),
    ...(command.endedAt !== undefined && { at: command.endedAt }),
  };
}

function sayCommand(command: TranscriptCommand, running: boolean): string {
  const name = `\`${clip(command.text, 100)}\``;
  if (running) return `${name} is still running`;
  const printed = command.output.trim().split('\n').at(-1)?.trim();
  return `${name} ended with exit code ${command.exitCode ?? 'unknown'}${printed ? `: ${clip(printed)}` : ''}`;
}
