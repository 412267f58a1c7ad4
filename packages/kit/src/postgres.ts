import postgres from 'postgres';

/** A pool of connections; `bigint` columns read as numbers, which is exact up to 2^53 − 1. */
export type Sql = postgres.Sql<{ bigint: number }>;
/** A statement, or a part of one. It runs when it is awaited. */
export type SqlStatement = postgres.PendingQuery<postgres.Row[]>;
/** A transaction of that pool. */
export type TransactionSql = postgres.TransactionSql<{ bigint: number }>;

export interface PostgresOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections in the pool. Default 20. */
  readonly max?: number;
  /** Milliseconds to establish a connection, rounded up to seconds. Default 3000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds a statement may run. Default 5000. */
  readonly statementTimeoutMs?: number;
  /**
   * Milliseconds without a sign of the server, while it owes an answer, after which a connection is given up: its queries
   * fail with `ANSWER_TIMEOUT`, and whether they were carried out is not known. Default `statementTimeoutMs` + 5000.
   */
  readonly answerTimeoutMs?: number;
  /** Milliseconds a statement may wait for a lock. Default 2000. */
  readonly lockTimeoutMs?: number;
  /** Milliseconds a transaction may sit idle. Default 10 000. */
  readonly idleInTransactionTimeoutMs?: number;
}

/**
 * Opens a pool. It connects when the first query asks for it, and a database that comes back is found within a second.
 * Every commit is flushed before it is acknowledged, also where the server, the role or the database was tuned not to.
 */
export function openPostgres(options: PostgresOptions): Sql {
  const statementTimeoutMs = options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS;
  return postgres(options.url, {
    max: options.max ?? 20,
    connect_timeout: Math.ceil((options.connectTimeoutMs ?? 3_000) / 1_000),
    // The server ends a statement by itself: one that says nothing for longer is out of reach.
    answer_timeout: (options.answerTimeoutMs ?? statementTimeoutMs + ANSWER_MARGIN_MS) / 1_000,
    backoff: reconnectAfterS,
    // A notice ("relation already exists, skipping") would go to stdout, which belongs to the ready line.
    onnotice: () => {},
    connection: {
      application_name: options.applicationName,
      statement_timeout: statementTimeoutMs,
      lock_timeout: options.lockTimeoutMs ?? 2_000,
      idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 10_000,
      // Said by the client, it outranks what server, role and database are set to.
      synchronous_commit: 'on',
    },
    types: { bigint: { to: INT8, from: [INT8], parse: safeInteger, serialize: (value: number) => String(value) } },
  });
}

const DEFAULT_STATEMENT_TIMEOUT_MS = 5_000;
/** Milliseconds for the way there and back, and for a commit's flush, which the server does not count. */
const ANSWER_MARGIN_MS = 5_000;

/** One connection to the same database that waits for every answer, however long it takes; whoever opens it closes it. */
export function openPatient(sql: Sql): Sql {
  // Options that were read once are taken as they are, which the declarations do not say.
  const options: unknown = { ...sql.options, max: 1, answer_timeout: null };
  return postgres(options as postgres.Options<{ bigint: postgres.PostgresType<number> }>);
}

/**
 * Seconds until a lost connection is tried again. The driver's own backoff counts the failures of all connections
 * together and goes up to 20 s: a pool of twenty that loses its database for a moment would be gone for that long.
 */
function reconnectAfterS(failures: number): number {
  return Math.min(1, 0.05 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
}

/** PostgreSQL's type id of `bigint`. */
const INT8 = 20;

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint column holds a number beyond 2^53 - 1');
  return value;
}

/**
 * Resolves when the database answers.
 * @throws when it does not within `timeoutMs`, or refuses.
 */
export async function pingPostgres(sql: Sql, timeoutMs: number): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer from postgres in ${timeoutMs} ms`)), timeoutMs);
  try {
    await Promise.race([sql`select 1`, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets running queries end for at most five seconds, then closes every connection. */
export async function closePostgres(sql: Sql): Promise<void> {
  await sql.end({ timeout: 5 });
}
