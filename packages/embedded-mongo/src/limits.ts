/** Bounds on everything a peer can make grow. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** One stored document. Default 16 MiB, as MongoDB's maxBsonObjectSize. */
  readonly maxDocumentBytes: number;
  /** One wire message. Default 48 000 000, as MongoDB's maxMessageSizeBytes. */
  readonly maxMessageBytes: number;
  /** Time a started message may take to arrive completely. Default 30 000. */
  readonly partialMessageTimeoutMs: number;
  /** Open TCP connections; one more is closed at once. Default 500. */
  readonly maxConnections: number;
  /** Open cursors of all clients. Default 1000. */
  readonly maxCursors: number;
  /** A cursor nobody reads from is closed after this. Default 600 000, as MongoDB's cursorTimeoutMillis. */
  readonly cursorIdleMs: number;
  /** Nesting of a document, in the message or stored. Default 180, as MongoDB's BSONDepth. */
  readonly maxNestingDepth: number;
  /** Documents held in memory by one sort or aggregation. Default 100 MB, as MongoDB's blocking sort. */
  readonly maxWorkingSetBytes: number;
  /** Statements in one insert, update or delete command. Default 100 000, as MongoDB's maxWriteBatchSize. */
  readonly maxWriteBatchSize: number;
  /** Sessions whose last retryable write is remembered. Default 100 000. */
  readonly maxSessions: number;
  /** A session that wrote nothing for this long is forgotten. Default 1 800 000, as MongoDB's logical session timeout. */
  readonly sessionIdleMs: number;
  /** Replies that one connection may leave unread before it is closed. Default 64 MiB plus the largest message. */
  readonly maxUnsentBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxDocumentBytes: 16 * 1024 * 1024,
  maxMessageBytes: 48_000_000,
  partialMessageTimeoutMs: 30_000,
  maxConnections: 500,
  maxCursors: 1_000,
  cursorIdleMs: 600_000,
  maxNestingDepth: 180,
  maxWorkingSetBytes: 100_000_000,
  maxWriteBatchSize: 100_000,
  maxSessions: 100_000,
  sessionIdleMs: 1_800_000,
  maxUnsentBytes: 64 * 1024 * 1024 + 48_000_000,
};
