import type { Bidi, Command, EventCommand, ReasonSchema, Reasons, ServerStream, Unary } from '../contract/command.ts';
import type { Commands } from '../contract/contract.ts';
import type { InputOf, OutputOf } from '../contract/schema.ts';
import type { RpcError } from '../core/errors.ts';
import type { ServerContext } from './context.ts';

/** One constructor per declared refusal: `throw ctx.errors.product_not_found({ missing })`. */
export type ReasonErrors<E extends Reasons> = {
  readonly [K in keyof E & string]: (
    details: InputOf<ReasonSchema<E[K]>>,
    message?: string,
  ) => RpcError<K, InputOf<ReasonSchema<E[K]>>>;
};

/** What a handler is given beside its input. */
export type HandlerContext<E extends Reasons = Reasons> = ServerContext & { readonly errors: ReasonErrors<E> };

type Awaitable<T> = T | Promise<T>;

/** What serves a command, by its kind: a function, or for streams an async generator. */
export type Handler<C extends Command> = C extends Unary
  ? (input: OutputOf<C['input']>, ctx: HandlerContext<NonNullable<C['errors']>>) => Awaitable<InputOf<C['output']>>
  : C extends EventCommand
    ? (input: OutputOf<C['input']>, ctx: ServerContext) => Awaitable<void>
    : C extends ServerStream
      ? (
          input: OutputOf<C['input']>,
          ctx: HandlerContext<NonNullable<C['errors']>>,
        ) => AsyncIterable<InputOf<C['output']>>
      : C extends Bidi
        ? (
            incoming: AsyncIterable<OutputOf<C['input']>>,
            ctx: HandlerContext<NonNullable<C['errors']>>,
          ) => AsyncIterable<InputOf<C['output']>>
        : never;

/** A handler for every command of the contract; a missing one does not compile. */
export type Handlers<C extends Commands> = { readonly [K in keyof C]: Handler<C[K]> };
