import type { Code } from '../core/codes.ts';
import type { AnySchema } from './schema.ts';

/**
 * What running a command twice does. `read`: nothing either time. `idempotent`: the second changes nothing more.
 * `unsafe`: it may act twice, so it is never sent again unless it provably did not run.
 */
export type Effect = 'read' | 'idempotent' | 'unsafe';

/** A declared refusal whose code is not the default `failed_precondition`. Made by {@link reason}. */
export interface Reason<S extends AnySchema = AnySchema> {
  readonly code: Code;
  readonly details: S;
}

/** Declared refusals of a command: a name each, with the schema of its details. */
export type Reasons = { readonly [name: string]: AnySchema | Reason };

/** The schema behind a declared refusal, however it was declared. */
export type ReasonSchema<R> = R extends Reason<infer S> ? S : R;

/** Declares a refusal under a code of its own: `user_not_found: reason('not_found', z.object({ userId: z.string() }))`. */
export const reason = <S extends AnySchema>(code: Code, details: S): Reason<S> => ({ code, details });

/** What every kind of command may say about itself. */
export interface CommandFacts<E extends Reasons> {
  /** Default `unsafe`. */
  readonly effect?: Effect;
  /** Milliseconds the whole call may take, all attempts together. Default 10 000. */
  readonly timeoutMs?: number;
  readonly errors?: E;
  /** One sentence for people and for generated documents. */
  readonly summary?: string;
}

/** A command with one request and one answer. Made by {@link unary}. */
export interface Unary<I extends AnySchema = AnySchema, O extends AnySchema = AnySchema, E extends Reasons = Reasons>
  extends CommandFacts<E> {
  readonly kind: 'unary';
  readonly input: I;
  readonly output: O;
}

/** An event. Made by {@link event}. */
export interface EventCommand<I extends AnySchema = AnySchema> extends CommandFacts<Reasons> {
  readonly kind: 'event';
  readonly input: I;
}

/** A command with one request and many answers. Made by {@link serverStream}. */
export interface ServerStream<
  I extends AnySchema = AnySchema,
  O extends AnySchema = AnySchema,
  E extends Reasons = Reasons,
> extends CommandFacts<E> {
  readonly kind: 'serverStream';
  readonly input: I;
  readonly output: O;
}

/** A command with many requests and many answers. Made by {@link bidi}. */
export interface Bidi<I extends AnySchema = AnySchema, O extends AnySchema = AnySchema, E extends Reasons = Reasons>
  extends CommandFacts<E> {
  readonly kind: 'bidi';
  readonly input: I;
  readonly output: O;
}

/** A command of any kind. */
export type Command = Unary | EventCommand | ServerStream | Bidi;

/** One request, one answer. */
// biome-ignore lint/complexity/noBannedTypes: no declared reasons is the empty record, not a record of any name
export const unary = <I extends AnySchema, O extends AnySchema, const E extends Reasons = {}>(
  spec: { readonly input: I; readonly output: O } & CommandFacts<E>,
): Unary<I, O, E> => ({ kind: 'unary', ...spec });

/** Something that happened. Nobody waits for a result; `emit(…, { ack: true })` waits until it was handled. */
export const event = <I extends AnySchema>(
  spec: { readonly input: I } & Omit<CommandFacts<Reasons>, 'errors'>,
): EventCommand<I> => ({ kind: 'event', ...spec });

/** One request, many answers, at the pace of the reader. */
// biome-ignore lint/complexity/noBannedTypes: as above
export const serverStream = <I extends AnySchema, O extends AnySchema, const E extends Reasons = {}>(
  spec: { readonly input: I; readonly output: O } & CommandFacts<E>,
): ServerStream<I, O, E> => ({ kind: 'serverStream', ...spec });

/** Many requests and many answers, each side at the pace of the other. */
// biome-ignore lint/complexity/noBannedTypes: as above
export const bidi = <I extends AnySchema, O extends AnySchema, const E extends Reasons = {}>(
  spec: { readonly input: I; readonly output: O } & CommandFacts<E>,
): Bidi<I, O, E> => ({ kind: 'bidi', ...spec });
