import type { Outcome } from '../engine/session.ts';
import type { SqlError } from '../sql/errors.ts';
import { type GtidSet, written } from './gtid.ts';

/** Where the source is, and how to log in there. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Seconds between attempts. */
  readonly retry: number;
}

export interface ReplicaState {
  readonly connection?: Connection;
  readonly io: 'No' | 'Connecting' | 'Yes';
  readonly sql: boolean;
  readonly ioError?: SqlError;
  readonly sqlError?: SqlError;
  /** The source's, once it has answered. */
  readonly serverId?: number;
  readonly uuid?: string;
}

export const initialState: ReplicaState = { io: 'No', sql: false };

/** What SHOW REPLICA STATUS says, or the older SHOW SLAVE STATUS: no row where there is no source. */
export function replicaStatus(state: ReplicaState, executed: GtidSet, old: boolean): Outcome {
  const { connection, io, sql, ioError, sqlError } = state;
  const fields: [string, string | null][] = [
    ['Replica_IO_State', ioState(state)],
    ['Source_Host', connection?.host ?? ''],
    ['Source_User', connection?.user ?? ''],
    ['Source_Port', String(connection?.port ?? '')],
    ['Connect_Retry', String(connection?.retry ?? '')],
    ['Replica_IO_Running', io],
    ['Replica_SQL_Running', sql ? 'Yes' : 'No'],
    ['Last_Errno', String(sqlError?.code ?? 0)],
    ['Last_Error', sqlError?.message ?? ''],
    // Transactions are executed as they come, so there is none in between.
    ['Seconds_Behind_Source', io === 'Yes' && sql ? '0' : null],
    ['Last_IO_Errno', String(ioError?.code ?? 0)],
    ['Last_IO_Error', ioError?.message ?? ''],
    ['Last_SQL_Errno', String(sqlError?.code ?? 0)],
    ['Last_SQL_Error', sqlError?.message ?? ''],
    ['Source_Server_Id', String(state.serverId ?? 0)],
    ['Source_UUID', state.uuid ?? ''],
    ['Replica_SQL_Running_State', sql ? 'Replica has read all relay log; waiting for more updates' : ''],
    ['Executed_Gtid_Set', written(executed)],
    ['Auto_Position', '1'],
  ];
  const name = (text: string) => (old ? text.replace('Replica', 'Slave').replace('Source', 'Master') : text);
  return {
    columns: fields.map(([field]) => ({ name: name(field), numeric: false })),
    rows: connection ? [fields.map(([, value]) => value)] : [],
  };
}

function ioState({ io, connection }: ReplicaState): string {
  if (!connection || io === 'No') return '';
  return io === 'Yes' ? 'Waiting for source to send event' : 'Connecting to source';
}
