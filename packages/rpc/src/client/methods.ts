import type { Bidi, Command, EventCommand, ServerStream, Unary } from '../contract/command.ts';
import type { Commands } from '../contract/contract.ts';
import type { SafeResult } from '../contract/outcome.ts';
import type { InputOf, OutputOf } from '../contract/schema.ts';
import type { Conversation, Reading } from './stream.ts';

/** Options of one call; each overrides the client's and the contract's. */
export interface CallOptions {
  /** Milliseconds the whole call may take, all attempts together. Default: the contract's, else the client's 10 000. */
  readonly timeoutMs?: number;
  /** Aborting it ends the call with `cancelled` and tells the server. */
  readonly signal?: AbortSignal;
  /** Default: inherited from the call being served, or from `withContext`. */
  readonly correlationId?: string;
  /** Sent with every attempt, for a server that deduplicates. At most 255 bytes. */
  readonly idempotencyKey?: string;
  /** Extra headers, together at most 8 KiB. Names are lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Wait for a connection until the deadline instead of failing while the peer is down. Default false. */
  readonly waitForReady?: boolean;
}

/** Options of one event. */
export interface EmitOptions extends CallOptions {
  /** `true`: resolve once the peer's handler has taken the event. Default false: once it is handed to a connection. */
  readonly ack?: boolean;
}

/** Options of one stream. */
export interface StreamOptions extends CallOptions {
  /** Milliseconds both sides may be silent before the stream ends with `deadline_exceeded`. Default 60 000. */
  readonly idleTimeoutMs?: number;
}

/** Read it with `for await`; leaving the loop cancels the call. The first message is due within `timeoutMs`. */
export type ServerStreamMethod<C extends ServerStream> = (
  input: InputOf<C['input']>,
  options?: StreamOptions,
) => Reading<OutputOf<C['output']>>;

/** Opens a conversation: send and read at the same time. */
export type BidiMethod<C extends Bidi> = (
  options?: StreamOptions,
) => Conversation<InputOf<C['input']>, OutputOf<C['output']>>;

/** Sends one request, answers with one value or throws an `RpcError`. */
export interface UnaryMethod<C extends Unary> {
  (input: InputOf<C['input']>, options?: CallOptions): Promise<OutputOf<C['output']>>;
  /** The same call, never throwing: `{ ok, value }` or `{ ok, error }` with the contract's reasons typed. */
  safe(
    input: InputOf<C['input']>,
    options?: CallOptions,
  ): Promise<SafeResult<OutputOf<C['output']>, NonNullable<C['errors']>>>;
}

/** Tells of something that happened. */
export interface EventMethod<C extends EventCommand> {
  emit(input: InputOf<C['input']>, options?: EmitOptions): Promise<void>;
}

/** What a command becomes at the client, by its kind. */
export type Method<C extends Command> = C extends Unary
  ? UnaryMethod<C>
  : C extends EventCommand
    ? EventMethod<C>
    : C extends ServerStream
      ? ServerStreamMethod<C>
      : C extends Bidi
        ? BidiMethod<C>
        : never;

/** A contract's commands as methods. */
export type Methods<C extends Commands> = { readonly [K in keyof C]: Method<C[K]> };
