import type { Account } from './engine/catalog.ts';
import type { Outcome, Session } from './engine/session.ts';
import type { Row } from './engine/table.ts';
import type { Transaction } from './server/binlog.ts';
import type { GtidSet } from './server/gtid.ts';

/**
 * What clients, replicas and servers say to each other: JSON over HTTP on MySQL's port, in place of MySQL's own
 * protocol. Whoever asks says who it is as in HTTP's Basic authentication.
 */
export const paths = { query: '/query', replicate: '/replicate', dump: '/dump', health: '/health' } as const;

export interface QueryRequest {
  readonly sql: string;
  readonly session: Session;
}

export interface ErrorAnswer {
  readonly error: { readonly code: number; readonly state: string; readonly message: string };
}

export type QueryAnswer = Outcome | ErrorAnswer;

export interface ReplicateRequest {
  /** What the replica has: it is sent the rest. */
  readonly executed: GtidSet;
  /** If there is no rest, whether to answer only when there is. */
  readonly wait: boolean;
  readonly serverId: number;
}

export interface ReplicateAnswer {
  readonly serverId: number;
  readonly uuid: string;
  readonly transactions: readonly Transaction[];
}

/** All data at one moment. */
export interface DumpAnswer {
  readonly version: string;
  readonly executed: GtidSet;
  readonly accounts: readonly Account[];
  readonly databases: readonly DumpedDatabase[];
}

export interface DumpedDatabase {
  readonly name: string;
  readonly tables: readonly {
    readonly name: string;
    /** CREATE TABLE … */
    readonly create: string;
    readonly rows: readonly Row[];
  }[];
}

export function authorization(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

export function credentialsOf(header: string | undefined): { name: string; password: string } {
  const text = Buffer.from((header ?? '').replace(/^Basic /i, ''), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? { name: text, password: '' } : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
