import type { Moment, ObjectName, Subject } from './check.ts';
import { around } from './evidence/describe.ts';
import type { Variables } from './expressions/compiler.ts';
import { canonical, kindNames, knownKindNames } from './kinds.ts';
import { compilePattern } from './pattern.ts';
import type { DnsRequest, ExecRequest, HttpRequest } from './reader.ts';
import type { RawSubject } from './schema.ts';
import { closest } from './text.ts';

/** Reads where a check's values come from. All functions throw WrittenWrong. */

/** What is wrong with a value of checks.yaml, said to its author. */
export class WrittenWrong extends Error {
  override readonly name = 'WrittenWrong';

  constructor(
    message: string,
    /** Where below the value that was read: `['http', 'path']`. */
    readonly path: readonly (string | number)[],
  ) {
    super(message);
  }
}

export const subjectKeys = ['object', 'objects', 'dns', 'http', 'exec', 'terminal', 'history'] as const;

/** @param moment resolves `since` */
export function readSubject(raw: RawSubject & { absent?: true }, moment: (written: string) => Moment): Subject {
  const present = subjectKeys.filter((key) => raw[key] !== undefined);
  if (present.length === 0) throw new WrittenWrong(`asks nothing: write one of ${subjectKeys.join(', ')}`, []);
  if (present.length > 1) {
    throw new WrittenWrong(`asks ${present.join(' and ')}: one question a task, make it two tasks`, [present[1]!]);
  }
  const absent = raw.absent ?? false;
  if (absent && raw.object === undefined && raw.objects === undefined) {
    throw new WrittenWrong('absent goes with object or objects', ['absent']);
  }
  if (raw.object !== undefined) return { kind: 'object', name: readName(raw.object, ['object']), absent };
  if (raw.objects !== undefined) return { kind: 'objects', ...readObjects(raw.objects), absent };
  if (raw.dns !== undefined) return { kind: 'dns', request: readDns(raw.dns) };
  if (raw.http !== undefined) return { kind: 'http', request: readHttp(raw.http) };
  if (raw.exec !== undefined) return { kind: 'exec', request: readExec(raw.exec) };
  if (raw.terminal !== undefined) return readTerminal(raw.terminal, moment);
  return { kind: 'history', resource: readKind(raw.history!, ['history']), entries: false };
}

function readKind(written: string, path: readonly string[]): string {
  if (kindNames(written)) return canonical(written);
  // A custom resource is written with its group; anything else without a dot is a slip.
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(written)) return written;
  const meant = closest(written, knownKindNames());
  throw new WrittenWrong(`"${written}" is no kind${meant ? `: did you mean ${meant}?` : ''}`, path);
}

function readName(written: string, path: readonly string[]): ObjectName {
  const match = /^([^/\s]+)\/([^/\s]+)$/.exec(written);
  if (!match) throw new WrittenWrong(`"${written}" names no object: write kind/name, such as statefulset/kubia`, path);
  return { resource: readKind(match[1]!, path), name: match[2]! };
}

function readObjects(raw: NonNullable<RawSubject['objects']>): { resource: string; selector?: string } {
  const [kind, selector] = typeof raw === 'string' ? split(raw.trim(), /\s+/) : [raw.kind, raw.selector];
  return { resource: readKind(kind, ['objects']), ...(selector && { selector }) };
}

function readDns(raw: NonNullable<RawSubject['dns']>): DnsRequest {
  return typeof raw === 'string' ? { name: raw, type: 'A' } : { name: raw.name, type: raw.type ?? 'A' };
}

function readHttp(raw: NonNullable<RawSubject['http']>): HttpRequest {
  if (typeof raw === 'string') {
    const match = /^(pod|service|svc)\/([^/:\s]+)(?::([^/\s]+))?(\/\S*)?$/.exec(raw);
    if (!match) {
      throw new WrittenWrong(`"${raw}" is no address: write pod/kubia-0:8080/path or service/kubia-public/path`, [
        'http',
      ]);
    }
    const [, kind, name, port, path = '/'] = match;
    const target = kind === 'pod' ? { pod: name! } : { service: name! };
    return { target: { ...target, ...(port && { port }) }, path };
  }
  const port = raw.port === undefined ? {} : { port: String(raw.port) };
  if ((raw.pod === undefined) === (raw.service === undefined)) {
    throw new WrittenWrong('asks a pod or a service: write one of the two', ['http']);
  }
  return {
    target: raw.pod !== undefined ? { pod: raw.pod, ...port } : { service: raw.service!, ...port },
    path: raw.path ?? '/',
    ...(raw.method && { method: raw.method }),
    ...(raw.body !== undefined && { body: raw.body }),
  };
}

function readExec(raw: NonNullable<RawSubject['exec']>): ExecRequest {
  const command = typeof raw.command === 'string' ? raw.command.trim().split(/\s+/) : raw.command;
  return { pod: raw.pod, command, ...(raw.container && { container: raw.container }) };
}

function readTerminal(raw: NonNullable<RawSubject['terminal']>, moment: (written: string) => Moment): Subject {
  const { command, output, exit, since } = typeof raw === 'string' ? { command: raw } : raw;
  if (exit === 'running' && output === undefined) {
    throw new WrittenWrong('every command is running at first: write the output that tells that it goes on', [
      'terminal',
    ]);
  }
  return {
    kind: 'terminal',
    command: compilePattern(command),
    ...(output !== undefined && { output: compilePattern(output) }),
    exit: exit ?? 0,
    ...(since !== undefined && { since: moment(since) }),
  };
}

function split(text: string, separator: RegExp): [string, string | undefined] {
  const [first = '', ...rest] = text.split(separator);
  return [first, rest.length > 0 ? rest.join(' ') : undefined];
}

/** What expressions about a subject may name. */
export function variablesOf(subject: Subject): Variables {
  switch (subject.kind) {
    case 'object':
      return { object: 'dyn' };
    case 'objects':
      return { objects: 'list' };
    case 'dns':
      return { answer: 'dyn' };
    case 'http':
      return { response: 'dyn' };
    case 'exec':
      return { result: 'dyn' };
    case 'terminal':
      return { command: 'dyn' };
    case 'history':
      return { history: 'History', entries: 'list' };
  }
}

/** Kinds that decide what a subject gives, and what is said about it. */
export function kindsOf(subject: Subject): readonly string[] {
  switch (subject.kind) {
    case 'object':
      return [subject.name.resource, ...around(subject.name.resource)];
    case 'objects':
      return [subject.resource, ...around(subject.resource)];
    case 'dns':
    case 'http':
    case 'exec':
      return ['pods', 'services', 'endpointslices'];
    case 'terminal':
      return [];
    case 'history':
      return [subject.resource];
  }
}
