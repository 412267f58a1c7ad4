import { RpcError } from 'cmdrpc';
import { TurnstileFull } from '../credentials/turnstile.ts';

/** A queue of passwords that is full becomes a refusal that clients may send again a second later. */
export async function refusingOverload<T>(hashing: Promise<T>): Promise<T> {
  try {
    return await hashing;
  } catch (cause) {
    if (!(cause instanceof TurnstileFull)) throw cause;
    throw new RpcError('too many passwords are being checked', {
      code: 'resource_exhausted',
      reason: 'overloaded',
      retryAfterMs: 1_000,
      cause,
    });
  }
}
