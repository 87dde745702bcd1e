import type { Action } from '../lesson.ts';
import { commandLines, simpleCommands, type Word } from '../shell.ts';
import { type Complaint, type KubectlCall, readKubectl } from './kubectl.ts';
import type { KubectlTable } from './kubectl-flags.ts';

/** What is wrong with a piece of shell, and what it needs: images, files of the working folder. */
export interface ScriptReview {
  readonly complaints: readonly Complaint[];
  readonly images: readonly { readonly image: string; readonly offset: number }[];
  /** Names given to -f. */
  readonly files: readonly { readonly name: string; readonly offset: number }[];
  /** The first command that does not end by itself. */
  readonly blocks?: { readonly command: string; readonly offset: number };
}

/** Programs that hand on to another one. */
const prefixes = new Set(['time', 'sudo', 'exec', 'command', 'env', 'xargs', '!', 'watch']);

export function reviewScript(script: string, table: KubectlTable): ScriptReview {
  const complaints: Complaint[] = [];
  const images: { image: string; offset: number }[] = [];
  const files: { name: string; offset: number }[] = [];
  let blocks: ScriptReview['blocks'];
  for (const line of commandLines(script)) {
    for (const words of simpleCommands(line.text, line.offset)) {
      const call = kubectlWords(words);
      if (!call) continue;
      const read = readKubectl(call, table);
      complaints.push(...read.complaints);
      if (!read.call) continue;
      images.push(...imagesOf(read.call));
      files.push(...filesOf(read.call));
      if (isBlocking(read.call)) blocks ??= { command: read.call.command, offset: call[0]!.offset };
    }
  }
  return { complaints, images, files, ...(blocks && { blocks }) };
}

function kubectlWords(words: readonly Word[]): readonly Word[] | undefined {
  const first = words.findIndex(({ text }) => !prefixes.has(text) && !/^\w+=/.test(text));
  return words[first]?.text === 'kubectl' ? words.slice(first) : undefined;
}

function imagesOf({ command, flags, operands }: KubectlCall): { image: string; offset: number }[] {
  const given = (flags.get('image') ?? []).filter(({ dynamic }) => !dynamic);
  const set =
    command === 'set image' ? operands.filter(({ text, dynamic }) => /^[\w*-]+=./.test(text) && !dynamic) : [];
  return [
    ...given.map(({ text, offset }) => ({ image: text, offset })),
    ...set.map(({ text, offset }) => ({ image: text.slice(text.indexOf('=') + 1), offset })),
  ];
}

function filesOf({ flags }: KubectlCall): { name: string; offset: number }[] {
  return (flags.get('filename') ?? [])
    .filter(({ text, dynamic }) => !dynamic && text !== '-' && text !== '.' && !/^https?:/.test(text))
    .flatMap(({ text, offset }) => text.split(',').map((name) => ({ name: name.replace(/^\.\//, ''), offset })));
}

function isBlocking({ command, flags }: KubectlCall): boolean {
  const on = (flag: string) => flags.has(flag) && flags.get(flag)![0]?.text !== 'false';
  if (on('help')) return false;
  switch (command) {
    case 'proxy':
    case 'port-forward':
      return true;
    case 'get':
      return on('watch') || on('watch-only');
    case 'events':
      return on('watch');
    case 'logs':
      return on('follow');
    default:
      return false;
  }
}

/** Names of files that actions leave in the working folder. */
export function filesWritten(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => {
    if (action.type === 'file') return [action.name];
    return [...action.text.matchAll(/>>?\s*([\w][\w./-]*)/g)].map(([, name]) => name!);
  });
}
