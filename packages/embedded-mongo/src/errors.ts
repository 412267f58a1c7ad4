/** Error codes of MongoDB this server answers with; names as in the server's error_codes.yml. */
export const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  Overflow: 15,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  ShutdownInProgress: 91,
  ExceededMemoryLimit: 146,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  TransactionTooOld: 225,
  NotImplemented: 238,
  TooManyLogicalSessions: 261,
  OperationNotSupportedInTransaction: 263,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
  Location31253: 31253,
  Location31254: 31254,
  Location40324: 40324,
  Location40414: 40414,
  Location40415: 40415,
} as const;

export type ErrorCodeName = keyof typeof ERROR_CODES;

/** A refusal the client sees as `{ok: 0, code, codeName, errmsg}` or as an entry of `writeErrors`. */
export class CommandError extends Error {
  readonly codeName: ErrorCodeName;
  readonly code: number;
  /** Further fields of the answer, such as `keyPattern` and `keyValue` of a duplicate key. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(codeName: ErrorCodeName, message: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'CommandError';
    this.codeName = codeName;
    this.code = ERROR_CODES[codeName];
    this.fields = fields;
  }
}

/** Bytes that are not the MongoDB wire protocol: the connection they came on is closed, nothing else. */
export class ProtocolError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProtocolError';
  }
}
