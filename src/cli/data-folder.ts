import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from './failure.ts';

/** A data folder belongs to one process at a time: its cluster and progress would not survive two. */

export interface Owner {
  readonly pid: number;
  /** What tells the process from a later one with the same number, where the system says. */
  readonly started: string | undefined;
  /** "ordinal learn" */
  readonly what: string;
}

export class FolderInUse extends Error {
  constructor(
    readonly folder: string,
    readonly owner: Owner,
  ) {
    super(`the data folder ${folder} is in use by process ${owner.pid} (${owner.what})`);
  }
}

/** Milliseconds after which a process that was about to take a folder over is taken to have died. */
const takeoverLimit = 10_000;

/**
 * Takes the folder, from its last owner where that one is gone. Returns a function that gives it back.
 * @throws FolderInUse
 * @throws Failure where nothing can be written there
 */
export async function ownFolder(folder: string, what: string): Promise<() => void> {
  const file = join(folder, 'owner.json');
  const owner: Owner = { pid: process.pid, started: startOf(process.pid), what };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    while (!create(file, owner)) {
      const current = read(file);
      if (current && isAlive(current)) throw new FolderInUse(folder, current);
      await takeOver(folder, file);
    }
  } catch (error) {
    throw explain(error, folder);
  }
  return () => {
    if (read(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

/** The process that owns the folder now, if one does. */
export function ownerOf(folder: string): Owner | undefined {
  const owner = read(join(folder, 'owner.json'));
  return owner && isAlive(owner) ? owner : undefined;
}

/** Removes a dead owner's file. One process at a time does, so that none removes the file of a new owner. */
async function takeOver(folder: string, file: string): Promise<void> {
  const turn = join(folder, 'owner.takeover');
  try {
    mkdirSync(turn);
  } catch {
    const age = Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > takeoverLimit) removeFolder(turn);
    await pause(20);
    return;
  }
  const current = read(file);
  if (!current || !isAlive(current)) rmSync(file, { force: true });
  removeFolder(turn);
}

const unfit: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  EACCES: ['belongs to somebody else', 'Use one of yours: --data FOLDER'],
  EPERM: ['belongs to somebody else', 'Use one of yours: --data FOLDER'],
  EROFS: ['cannot be written', 'Use one that can: --data FOLDER'],
  ENOSPC: ['is on a disk that is full', 'Make room, or keep the data elsewhere: --data FOLDER'],
  ENOTDIR: ['cannot be made: a part of its path is a file', 'Name a folder: --data FOLDER'],
  EEXIST: ['is a file', 'Name a folder: --data FOLDER'],
  ENOENT: ['cannot be made', 'Name another: --data FOLDER'],
};

function explain(error: unknown, folder: string): unknown {
  const known = unfit[(error as NodeJS.ErrnoException).code ?? ''];
  return known ? new Failure(`The data folder ${folder} ${known[0]}.`, known[1]) : error;
}

function create(file: string, owner: Owner): boolean {
  try {
    writeFileSync(file, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Owner;
    return typeof owner.pid === 'number' ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === undefined || startOf(pid) === started;
}

/** Clock ticks since boot at which the process started; only Linux tells it in a file. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Another process was faster.
  }
}
