import type { SystemReason } from '../core/codes.ts';
import type { RpcError } from '../core/errors.ts';
import type { ReasonSchema, Reasons } from './command.ts';
import type { OutputOf } from './schema.ts';

/** The declared refusals of a command as errors: branching on `reason` narrows `details`. */
export type DeclaredError<E extends Reasons> = {
  [K in keyof E & string]: RpcError<K, OutputOf<ReasonSchema<E[K]>>>;
}[keyof E & string];

/** Everything a call of this command can fail with. */
export type CallError<E extends Reasons> = DeclaredError<E> | RpcError<SystemReason>;

/** What `.safe()` resolves to instead of throwing. */
export type SafeResult<O, E extends Reasons> =
  | { readonly ok: true; readonly value: O; readonly error?: undefined }
  | { readonly ok: false; readonly error: CallError<E>; readonly value?: undefined };
