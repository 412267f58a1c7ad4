import { CODES, type Code, type SystemReason } from './codes.ts';

/**
 * How far a request provably got.
 * `unsent`: no handler ran (never written, or refused by the peer before its handler). `unknown`: it may have run.
 * `answered`: the peer's handler ended and this is its answer.
 */
export type Delivery = 'unsent' | 'unknown' | 'answered';

/** Where the time of a failed call went, in milliseconds; a phase that was never reached is absent. */
export interface PhaseTimings {
  /** From the call to the last attempt's hand-over to a connection: queueing, backoff, connecting. */
  readonly queuedMs?: number;
  /** From that hand-over to the failure. */
  readonly awaitingMs?: number;
  readonly totalMs: number;
}

/** Everything but the message; absent fields are simply unknown. */
export interface RpcErrorInit<R extends string = string, D = unknown> {
  readonly code: Code;
  /** @see SystemReason; or one of the contract's declared reasons. */
  readonly reason?: R | undefined;
  readonly details?: D | undefined;
  /** Default `answered`. */
  readonly delivery?: Delivery | undefined;
  /** Server's push-back: retry not before that many milliseconds; -1 forbids a retry. */
  readonly retryAfterMs?: number | undefined;
  /** Names the one log line at the peer that holds the cause. */
  readonly errorId?: string | undefined;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('cmdrpc.RpcError');

/**
 * The only error that leaves the library. Branch on `code` and `reason`; the message is for people.
 * `reason` is declared by the contract (`product_not_found`) or one of {@link SystemReason}.
 */
export class RpcError<R extends string = string, D = unknown> extends Error {
  override readonly name = 'RpcError';
  readonly code: Code;
  readonly reason: R;
  readonly details: D;
  readonly delivery: Delivery;
  readonly retryAfterMs: number | undefined;
  readonly errorId: string | undefined;
  /** Filled in by the client when the call ends. */
  cmd: string | undefined;
  /** `host:port` of the last endpoint tried. */
  endpoint: string | undefined;
  /** How many times the request was written to a connection; 0 when it never was. */
  attempts = 0;
  phaseTimings: PhaseTimings | undefined;

  constructor(message: string, init: RpcErrorInit<R, D>) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    // A reason is always there to branch on; without one of its own an error's reason is its code.
    this.reason = init.reason ?? (init.code as string as R);
    this.details = init.details as D;
    this.delivery = init.delivery ?? 'answered';
    this.retryAfterMs = init.retryAfterMs;
    this.errorId = init.errorId;
  }

  get [BRAND](): true {
    return true;
  }

  /** HTTP status of the code, from the code table. */
  get httpStatus(): number {
    return CODES[this.code].http;
  }

  /** True for an error of this class, also when it comes from another copy of the package. */
  static is(value: unknown): value is RpcError {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
  }
}

/** An error that this library raises itself, its reason from the closed set. */
export const systemError = (
  reason: SystemReason,
  message: string,
  init: Omit<RpcErrorInit<SystemReason>, 'reason'>,
): RpcError<SystemReason> => new RpcError(message, { ...init, reason });

/** Whatever was thrown, as a message that is safe to join into another. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
