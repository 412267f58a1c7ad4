/** What a caller, a log, a retry and a breaker need to know about a failure; one row per code, no switch anywhere else. */
interface CodeFacts {
  /** Number on the wire. The sixteen numbers of gRPC, so that tools and people already know them. */
  readonly number: number;
  /** HTTP status a gateway answers with. */
  readonly http: number;
  /** Level of the one log line that a failed call gets. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** May another attempt succeed at all? Delivery and effect decide whether it is allowed. */
  readonly retry: boolean;
  /** Does it speak against the health of the endpoint? */
  readonly trips: boolean;
}

/**
 * What each code means to a gateway, a log, a retry and a breaker.
 * @see docs/errors.md
 */
export const CODES = {
  cancelled: { number: 1, http: 499, level: 'debug', retry: false, trips: false },
  unknown: { number: 2, http: 500, level: 'error', retry: false, trips: true },
  invalid_argument: { number: 3, http: 400, level: 'info', retry: false, trips: false },
  deadline_exceeded: { number: 4, http: 504, level: 'warn', retry: true, trips: true },
  not_found: { number: 5, http: 404, level: 'info', retry: false, trips: false },
  already_exists: { number: 6, http: 409, level: 'info', retry: false, trips: false },
  permission_denied: { number: 7, http: 403, level: 'info', retry: false, trips: false },
  resource_exhausted: { number: 8, http: 429, level: 'warn', retry: true, trips: false },
  failed_precondition: { number: 9, http: 400, level: 'info', retry: false, trips: false },
  aborted: { number: 10, http: 409, level: 'info', retry: false, trips: false },
  out_of_range: { number: 11, http: 400, level: 'info', retry: false, trips: false },
  unimplemented: { number: 12, http: 501, level: 'warn', retry: false, trips: false },
  internal: { number: 13, http: 500, level: 'error', retry: false, trips: true },
  unavailable: { number: 14, http: 503, level: 'warn', retry: true, trips: true },
  data_loss: { number: 15, http: 500, level: 'error', retry: false, trips: true },
  unauthenticated: { number: 16, http: 401, level: 'info', retry: false, trips: false },
} as const satisfies Record<string, CodeFacts>;

/** The closed set of failure codes: the sixteen of gRPC. */
export type Code = keyof typeof CODES;

/** True for a string that names one of the sixteen codes; peers may send anything. */
export const isCode = (value: unknown): value is Code => typeof value === 'string' && Object.hasOwn(CODES, value);

/** Why this library itself refused or failed a call. A contract's own reasons stand beside these. */
export const SYSTEM_REASONS = [
  'caller_aborted',
  'client_closed',
  'input_schema',
  'output_schema',
  'encode_failed',
  'decode_failed',
  'before_send',
  'queued',
  'connecting',
  'no_answer',
  'dead_on_arrival',
  'overloaded',
  'client_queue_full',
  'send_buffer_full',
  'frame_too_large',
  'cmd_not_found',
  'feature_missing',
  'handler_threw',
  'connect_failed',
  'connection_lost',
  'draining',
  'endpoint_ejected',
  'resolver_failed',
  'protocol_error',
  'hello_rejected',
  'remote',
] as const;

/** @see SYSTEM_REASONS */
export type SystemReason = (typeof SYSTEM_REASONS)[number];
