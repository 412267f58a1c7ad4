import { TooManyTries } from '../credentials/throttle.ts';

/** Says when the next try may be made, in the words of the contract. */
export async function refusingTooManyTries<T>(
  attempt: Promise<T>,
  refusal: (details: { readonly retryAfterMs: number }) => Error,
): Promise<T> {
  try {
    return await attempt;
  } catch (thrown) {
    if (!(thrown instanceof TooManyTries)) throw thrown;
    throw refusal({ retryAfterMs: Math.max(1, thrown.retryAfterMs) });
  }
}
