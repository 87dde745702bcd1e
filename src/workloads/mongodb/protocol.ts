import type { FetchOptions, Host } from '../host.ts';
import { codeOf, messageOf } from '../http-server.ts';
import type { Entry, Position } from './journal.ts';

/** What members say to each other, as JSON over HTTP. This is the stand-in's own protocol, and not MongoDB's. */

export interface VoteRequest {
  readonly set: string;
  readonly setId: string;
  readonly term: number;
  /** The candidate's host. */
  readonly candidate: string;
  readonly last: Position;
  /** Only asks: nobody is bound by the answer. */
  readonly dryRun: boolean;
}

export interface VoteAnswer {
  readonly term: number;
  readonly granted: boolean;
}

export interface AppendRequest {
  readonly set: string;
  readonly setId: string;
  readonly term: number;
  /** The primary's host. */
  readonly primary: string;
  /** Where the entries go on from. Without entries it is a heartbeat. */
  readonly previous: Position;
  readonly entries: readonly Entry[];
  /** The index up to which a majority has the oplog. */
  readonly committed: number;
}

export interface AppendAnswer {
  readonly term: number;
  readonly ok: boolean;
  /** The index up to which the two oplogs agree, or where not `ok` may agree. */
  readonly index: number;
}

/** What a member says of itself. */
export interface StateAnswer {
  readonly set: string | null;
  readonly setId: string | null;
  readonly state: StateName;
  readonly term: number;
  readonly last: Position;
  /** When the last entry was made, in milliseconds; 0 where there is none. */
  readonly lastAt: number;
  readonly primary: string | null;
}

export const stateNumbers = { STARTUP: 0, PRIMARY: 1, SECONDARY: 2, STARTUP2: 5, REMOVED: 10 } as const;
export type StateName = keyof typeof stateNumbers;

/** Asks another member. Rejects where it cannot be reached or does not answer with 200. */
export async function ask<T>(host: Host, member: string, path: string, body?: unknown, options: FetchOptions = {}) {
  const { status, text } = await host.fetch(`http://${member}/member/${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    ...options,
  });
  if (status !== 200) throw new Error(`status ${status} from ${member}: ${text.trim()}`);
  return JSON.parse(text) as T;
}

/** Why a member could not be reached, in MongoDB's words. */
export function unreachable(member: string, error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOTFOUND' || code === 'ENODATA' || code === 'EAI_AGAIN') {
    return `Error connecting to ${member} :: caused by :: Could not find address for ${member}: SocketException: Host not found (authoritative)`;
  }
  const why =
    code === 'ECONNREFUSED' ? 'Connection refused' : code === 'ETIMEDOUT' ? 'Connection timed out' : messageOf(error);
  return `Error connecting to ${member} :: caused by :: ${why}`;
}
