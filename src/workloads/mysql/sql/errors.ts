/** An error as MySQL numbers and words it. */
export class SqlError extends Error {
  constructor(
    readonly code: number,
    readonly state: string,
    message: string,
  ) {
    super(message);
  }
}

/** What MySQL says, with its numbers. Wording where MySQL and MariaDB differ is MariaDB 10.11's. */
export const failures = {
  accessDenied: (name: string, host: string, password: boolean) =>
    new SqlError(
      1045,
      '28000',
      `Access denied for user '${name}'@'${host}' (using password: ${password ? 'YES' : 'NO'})`,
    ),
  databaseDenied: (name: string, host: string, database: string) =>
    new SqlError(1044, '42000', `Access denied for user '${name}'@'${host}' to database '${database}'`),
  privilege: (privilege: string) =>
    new SqlError(
      1227,
      '42000',
      `Access denied; you need (at least one of) the ${privilege} privilege(s) for this operation`,
    ),
  accountOperation: (operation: string, account: string) =>
    new SqlError(1396, 'HY000', `Operation ${operation} failed for ${account}`),
  databaseExists: (name: string) => new SqlError(1007, 'HY000', `Can't create database '${name}'; database exists`),
  noDatabaseToDrop: (name: string) =>
    new SqlError(1008, 'HY000', `Can't drop database '${name}'; database doesn't exist`),
  noRecord: (table: string) => new SqlError(1032, 'HY000', `Can't find record in '${table}'`),
  noDatabaseSelected: () => new SqlError(1046, '3D000', 'No database selected'),
  notNull: (column: string) => new SqlError(1048, '23000', `Column '${column}' cannot be null`),
  unknownDatabase: (name: string) => new SqlError(1049, '42000', `Unknown database '${name}'`),
  tableExists: (name: string) => new SqlError(1050, '42S01', `Table '${name}' already exists`),
  unknownTable: (name: string) => new SqlError(1051, '42S02', `Unknown table '${name}'`),
  unknownColumn: (name: string, where: string) => new SqlError(1054, '42S22', `Unknown column '${name}' in '${where}'`),
  duplicateColumn: (name: string) => new SqlError(1060, '42S21', `Duplicate column name '${name}'`),
  duplicateEntry: (value: string, key: string) =>
    new SqlError(1062, '23000', `Duplicate entry '${value}' for key '${key}'`),
  syntax: (near: string, line: number) =>
    new SqlError(
      1064,
      '42000',
      'You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for ' +
        `the right syntax to use near '${near.slice(0, 80)}' at line ${line}`,
    ),
  missingKeyColumn: (name: string) => new SqlError(1072, '42000', `Key column '${name}' doesn't exist in table`),
  columnCount: (row: number) => new SqlError(1136, '21S01', `Column count doesn't match value count at row ${row}`),
  noTable: (name: string) => new SqlError(1146, '42S02', `Table '${name}' doesn't exist`),
  unknownVariable: (name: string) => new SqlError(1193, 'HY000', `Unknown system variable '${name}'`),
  replicaRunning: () =>
    new SqlError(
      1198,
      'HY000',
      'This operation cannot be performed as you have a running replica; run STOP REPLICA first',
    ),
  notConfigured: () =>
    new SqlError(
      1200,
      'HY000',
      'Misconfigured replica: SOURCE_HOST was not set; Fix in config file or with CHANGE REPLICATION SOURCE TO',
    ),
  wrongValueForVariable: (name: string, value: string) =>
    new SqlError(1231, '42000', `Variable '${name}' can't be set to the value of '${value}'`),
  /** The stand-in says so for all that a whole MySQL would know. */
  notYet: (what: string) =>
    new SqlError(1235, '42000', `This version of MySQL, a stand-in for learning, doesn't yet support '${what}'`),
  readOnlyVariable: (name: string) => new SqlError(1238, 'HY000', `Variable '${name}' is a read only variable`),
  globalVariable: (name: string) =>
    new SqlError(1229, 'HY000', `Variable '${name}' is a GLOBAL variable and should be set with SET GLOBAL`),
  readOnly: (option: string) =>
    new SqlError(
      1290,
      'HY000',
      `The MySQL server is running with the --${option} option so it cannot execute this statement`,
    ),
  unknownFunction: (name: string) => new SqlError(1305, '42000', `FUNCTION ${name} does not exist`),
  noDefault: (column: string) => new SqlError(1364, 'HY000', `Field '${column}' doesn't have a default value`),
  incorrectValue: (type: string, value: string, column: string, row: number) =>
    new SqlError(
      type === 'datetime' ? 1292 : 1366,
      '22007',
      `Incorrect ${type} value: '${value}' for column ${column} at row ${row}`,
    ),
  outOfRange: (column: string, row: number) =>
    new SqlError(1264, '22003', `Out of range value for column '${column}' at row ${row}`),
  tooLong: (column: string, row: number) =>
    new SqlError(1406, '22001', `Data too long for column '${column}' at row ${row}`),
};
