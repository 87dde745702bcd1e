import { describeError } from '../commands/errors.ts';
import type { Descriptors, OpenFile } from '../process/open-file.ts';
import { ProcessEnded } from '../process/process.ts';
import type { RedirectionNode } from './ast.ts';
import { ShellError } from './control.ts';
import type { Shell } from './shell.ts';
import { openSocket } from './socket-file.ts';

/** Applies redirections, in order, to a set of descriptors. @throws ShellError with the file and why. */
export async function redirect(
  shell: Shell,
  list: readonly RedirectionNode[],
  descriptors: Descriptors,
): Promise<void> {
  for (const node of list) await one(shell, node, descriptors);
}

/** Runs the body with other descriptors. */
export async function withRedirections(
  shell: Shell,
  redirections: readonly RedirectionNode[],
  body: () => Promise<void>,
): Promise<void> {
  if (redirections.length === 0) return body();
  const { process } = shell;
  const before = process.descriptors;
  const descriptors = before.clone();
  try {
    await redirect(shell, redirections, descriptors);
    process.descriptors = descriptors;
    await body();
  } finally {
    if (process.alive) process.descriptors = before;
    else before.closeAll();
    descriptors.closeAll();
  }
}

async function one(shell: Shell, node: RedirectionNode, descriptors: Descriptors): Promise<void> {
  const { operator, target } = node;
  let fd = node.fd ?? (operator.startsWith('<') ? 0 : 1);
  if (node.fdVariable) {
    if (
      target.type === 'Word' &&
      (operator === '>&' || operator === '<&') &&
      (await shell.expansion.text(target)) === '-'
    ) {
      descriptors.close(Number(shell.variables.value(node.fdVariable)));
      return;
    }
    fd = descriptors.free(10);
    await shell.assign(node.fdVariable, String(fd));
  }
  if (target.type === 'HereDoc') {
    const text = target.quoted
      ? target.content.parts.map((part) => ('value' in part ? part.value : '')).join('')
      : await shell.expansion.hereDocument(target.content);
    descriptors.open(fd, memoryFile(target.stripTabs ? text.replace(/^\t+/gm, '') : text));
    return;
  }
  const text = await shell.expansion.text(target);
  switch (operator) {
    case '<<<':
      descriptors.open(fd, memoryFile(`${text}\n`));
      return;
    case '<':
      descriptors.open(fd, await open(shell, text, 'read'));
      return;
    case '<>':
      descriptors.open(fd, await open(shell, text, 'read-write'));
      return;
    case '>':
    case '>|':
      if (operator === '>' && shell.options.noclobber && (await shell.process.files.find(text))?.type === 'file') {
        throw new ShellError(`${text}: cannot overwrite existing file`);
      }
      descriptors.open(fd, await open(shell, text, 'write'));
      return;
    case '>>':
      descriptors.open(fd, await open(shell, text, 'append'));
      return;
    case '&>':
    case '&>>':
      descriptors.open(1, await open(shell, text, operator === '&>' ? 'write' : 'append'));
      descriptors.duplicate(1, 2);
      return;
    default:
      await duplicate(shell, operator, fd, text, node.fd === null, descriptors);
  }
}

async function duplicate(
  shell: Shell,
  operator: string,
  fd: number,
  text: string,
  implicit: boolean,
  descriptors: Descriptors,
): Promise<void> {
  const source = /^(\d+)(-?)$/.exec(text);
  if (text === '-') {
    descriptors.close(fd);
  } else if (source) {
    const from = Number(source[1]);
    if (!descriptors.get(from)) throw new ShellError(`${from}: Bad file descriptor`);
    descriptors.duplicate(from, fd);
    if (source[2] && from !== fd) descriptors.close(from);
  } else if (operator === '>&' && implicit) {
    descriptors.open(1, await open(shell, text, 'write'));
    descriptors.duplicate(1, 2);
  } else {
    throw new ShellError(`${text}: ambiguous redirect`);
  }
}

async function open(shell: Shell, path: string, how: 'read' | 'write' | 'append' | 'read-write'): Promise<OpenFile> {
  try {
    const socket = /^\/dev\/tcp\/([^/]+)\/(\d+)$/.exec(path);
    if (socket && shell.isBash) return await openSocket(shell.process, socket[1]!, Number(socket[2]));
    const file = await shell.process.files.open(path, how);
    if (how !== 'read' || (await shell.process.files.find(path))?.type !== 'directory') return file;
    return file;
  } catch (error) {
    if (error instanceof ProcessEnded) throw error;
    const reason = describeError(error);
    if (shell.isBash) throw new ShellError(`${path}: ${reason}`);
    const verb = how === 'read' ? "can't open" : "can't create";
    throw new ShellError(
      shell.flavour === 'dash'
        ? `${verb.replace("can't", 'cannot')} ${path}: ${reason}`
        : `${verb} ${path}: ${reason === 'No such file or directory' && how === 'read' ? 'no such file' : reason === 'No such file or directory' ? 'nonexistent directory' : reason}`,
      1,
    );
  }
}

/** What a here-document is read from. */
export function memoryFile(text: string): OpenFile {
  const data = new TextEncoder().encode(text);
  let offset = 0;
  const take = (end: number) => {
    const part = data.subarray(offset, end);
    offset = Math.min(end, data.length);
    return part.length === 0 ? undefined : part;
  };
  return {
    name: 'pipe:[1]',
    read: async (max) => take(offset + max),
    readUntil: async (delimiter, max) => {
      const at = data.indexOf(delimiter, offset);
      return take(at < 0 || at - offset >= max ? offset + max : at + 1);
    },
    close: () => {},
  };
}
