/** What statements mean, once read. */

export type Value = null | number | string;

export type Expression =
  | { readonly is: 'literal'; readonly value: Value }
  | { readonly is: 'column'; readonly name: string; readonly table?: string }
  | { readonly is: 'variable'; readonly name: string }
  | { readonly is: 'unary'; readonly operator: '-' | 'not'; readonly operand: Expression }
  | { readonly is: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'in'; readonly not: boolean; readonly operand: Expression; readonly list: readonly Expression[] }
  | { readonly is: 'null'; readonly not: boolean; readonly operand: Expression }
  | { readonly is: 'call'; readonly name: string; readonly arguments: readonly Expression[]; readonly star?: boolean };

export interface TableName {
  readonly database?: string;
  readonly name: string;
}

export interface ColumnType {
  readonly name:
    | 'int'
    | 'bigint'
    | 'smallint'
    | 'tinyint'
    | 'decimal'
    | 'double'
    | 'varchar'
    | 'char'
    | 'text'
    | 'datetime'
    | 'timestamp'
    | 'date';
  readonly size?: number;
  /** Digits after the point, of a decimal. */
  readonly scale?: number;
}

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Absent: none, which is NULL where that is allowed. */
  readonly default?: { readonly value: Value } | 'now';
  readonly autoIncrement?: boolean;
}

export interface Key {
  /** PRIMARY, or as it was named. */
  readonly name: string;
  readonly columns: readonly string[];
}

export interface TableDefinition {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Unique ones, the primary key first. */
  readonly keys: readonly Key[];
  readonly nextIncrement?: number;
}

export interface AccountName {
  readonly name: string;
  readonly host: string;
}

export interface Credentials extends AccountName {
  readonly password?: string;
  /** As mysql.user has it, in place of a password. */
  readonly hash?: string;
}

export interface Order {
  readonly expression: Expression;
  readonly descending: boolean;
}

export interface Item {
  readonly expression: Expression | 'all';
  /** How the column is headed. */
  readonly heading: string;
}

export interface Select {
  readonly is: 'select';
  readonly items: readonly Item[];
  readonly from?: TableName;
  readonly where?: Expression;
  readonly order: readonly Order[];
  readonly limit?: number;
  readonly offset?: number;
}

export interface Assignment {
  readonly scope: 'global' | 'session' | 'persist';
  readonly name: string;
  readonly value: Expression;
}

export type Show =
  | { readonly what: 'databases' | 'tables' | 'warnings'; readonly like?: string; readonly database?: string }
  | { readonly what: 'variables'; readonly like?: string }
  | { readonly what: 'columns' | 'create-table'; readonly table: TableName }
  | { readonly what: 'replica-status' | 'source-status'; readonly old: boolean };

export type Statement =
  | Select
  | {
      readonly is: 'insert';
      readonly table: TableName;
      readonly columns?: readonly string[];
      readonly rows: readonly (readonly (Expression | 'default')[])[];
    }
  | {
      readonly is: 'update';
      readonly table: TableName;
      readonly set: readonly (readonly [string, Expression])[];
      readonly where?: Expression;
      readonly limit?: number;
    }
  | { readonly is: 'delete'; readonly table: TableName; readonly where?: Expression; readonly limit?: number }
  | { readonly is: 'truncate'; readonly table: TableName }
  | { readonly is: 'create-database'; readonly name: string; readonly unlessExists: boolean }
  | { readonly is: 'drop-database'; readonly name: string; readonly ifExists: boolean }
  | {
      readonly is: 'create-table';
      readonly table: TableName;
      readonly definition: TableDefinition;
      readonly unlessExists: boolean;
    }
  | { readonly is: 'drop-table'; readonly tables: readonly TableName[]; readonly ifExists: boolean }
  | { readonly is: 'use'; readonly database: string }
  | { readonly is: 'show'; readonly show: Show }
  | { readonly is: 'set'; readonly assignments: readonly Assignment[] }
  | { readonly is: 'create-user'; readonly accounts: readonly Credentials[]; readonly unlessExists: boolean }
  | { readonly is: 'alter-user'; readonly accounts: readonly Credentials[] }
  | { readonly is: 'drop-user'; readonly accounts: readonly AccountName[]; readonly ifExists: boolean }
  | {
      readonly is: 'grant';
      readonly what: 'all' | 'replication';
      /** '*' for all of them. */
      readonly database: string;
      readonly accounts: readonly AccountName[];
    }
  | { readonly is: 'change-source'; readonly options: Readonly<Record<string, Value>> }
  | { readonly is: 'replica'; readonly act: 'start' | 'stop' | 'reset' }
  /** What needs no doing here: FLUSH PRIVILEGES, SET NAMES, LOCK TABLES, … */
  | { readonly is: 'nothing' };
