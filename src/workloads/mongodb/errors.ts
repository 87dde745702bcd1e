/** MongoDB's numbers for the errors that the stand-in has. */
const codes = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  AlreadyInitialized: 23,
  CommandNotFound: 59,
  WriteConcernFailed: 64,
  InvalidNamespace: 73,
  NodeNotFound: 74,
  NoReplicationEnabled: 76,
  InvalidReplicaSetConfig: 93,
  NotYetInitialized: 94,
  ConfigurationInProgress: 109,
  ExceededTimeLimit: 262,
  NotWritablePrimary: 10107,
  DuplicateKey: 11000,
  InterruptedDueToReplStateChange: 11602,
  NotPrimaryNoSecondaryOk: 13435,
  NotPrimaryOrSecondary: 13436,
} as const;

export type CodeName = keyof typeof codes;

/** What a server answers to a command that failed. */
export class ServerError extends Error {
  readonly codeName: CodeName;

  constructor(codeName: CodeName, message: string) {
    super(message);
    this.codeName = codeName;
  }

  get code(): number {
    return codes[this.codeName];
  }
}

/** The same on the client's side, named as drivers name it: MongoServerError, MongoNetworkError, … */
export class ClientError extends Error {
  readonly codeName: string | undefined;

  constructor(name: string, message: string, codeName?: string) {
    super(message);
    this.name = name;
    this.codeName = codeName;
  }
}
