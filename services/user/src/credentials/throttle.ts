import { createHmac } from 'node:crypto';
import { networkOf } from '../domain/network.ts';
import { TRY_POLICIES, type TryPolicy, type TryScope } from '../domain/try-policy.ts';
import type { Tries, TrySubject } from '../store/tries.ts';

/** Too many tries failed, or are under way; nothing was tried. */
export class TooManyTries extends Error {
  override readonly name = 'TooManyTries';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`too many tries; the next may be made in ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Who tries: the account that is named, whether or not there is one, and where the try comes from. */
export interface Trier {
  readonly account?: string | undefined;
  readonly clientAddress?: string | undefined;
}

/** Lets identities be tried only so often. */
export interface Throttle {
  /**
   * Makes a try and counts how it ended; one that throws does not count.
   * @throws {TooManyTries} without having tried.
   */
  attempt<T>(trier: Trier, tryIt: () => Promise<T>, hasFailed: (outcome: T) => boolean): Promise<T>;
  /** The same for refresh tokens, which are counted by themselves. */
  attemptRefresh<T>(trier: Trier, tryIt: () => Promise<T>, hasFailed: (outcome: T) => boolean): Promise<T>;
}

export interface ThrottleOptions {
  readonly tries: Tries;
  /** Key of the digests under which accounts and networks are stored. */
  readonly key: Uint8Array;
  readonly now: () => Date;
  readonly policies?: Readonly<Record<TryScope, TryPolicy>>;
}

export function createThrottle({ tries, key, now, policies = TRY_POLICIES }: ThrottleOptions): Throttle {
  const subject = (scope: TryScope, value: string): TrySubject => ({
    scope,
    digest: createHmac('sha256', key).update(`${scope} ${value}`).digest(),
    policy: policies[scope],
  });

  const attempt = async <T>(
    subjects: readonly TrySubject[],
    tryIt: () => Promise<T>,
    hasFailed: (outcome: T) => boolean,
  ): Promise<T> => {
    const begun: TrySubject[] = [];
    let outcome: T;
    try {
      for (const one of subjects) {
        const retryAfterMs = await tries.begin(one, now());
        if (retryAfterMs !== undefined) throw new TooManyTries(retryAfterMs);
        begun.push(one);
      }
      outcome = await tryIt();
    } catch (error) {
      // What cannot be settled, because the database is gone, counts until its window ends.
      await Promise.allSettled(begun.map((one) => tries.drop(one)));
      throw error;
    }
    const failed = hasFailed(outcome);
    await Promise.all(begun.map((one) => (failed ? tries.fail(one, now()) : tries.succeed(one))));
    return outcome;
  };

  const of = (scope: TryScope, value: string | undefined): TrySubject[] =>
    value === undefined ? [] : [subject(scope, value)];
  const network = (address: string | undefined): string | undefined =>
    address === undefined ? undefined : networkOf(address);

  return {
    attempt: ({ account, clientAddress }, tryIt, hasFailed) =>
      attempt([...of('address', network(clientAddress)), ...of('account', account)], tryIt, hasFailed),
    attemptRefresh: ({ clientAddress }, tryIt, hasFailed) =>
      attempt(of('refresh', network(clientAddress)), tryIt, hasFailed),
  };
}
