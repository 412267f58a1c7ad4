import type { Sql } from '@shop/kit';
import type { TryPolicy, TryScope } from '../domain/try-policy.ts';

/** Whose tries are counted, by which rules. */
export interface TrySubject {
  readonly scope: TryScope;
  /** HMAC-SHA-256 of the account or the network. */
  readonly digest: Buffer;
  readonly policy: TryPolicy;
}

/** Milliseconds after which a try that others left no room for makes sense again. */
const CROWDED_MS = 1_000;

/**
 * The table `tries`. Every try is counted before it is made and settled afterwards, so that tries at the same time, on
 * any number of instances, are never more than the limit.
 */
export interface Tries {
  /** Undefined when the try may be made; else milliseconds until one may. Each that may must be settled once. */
  begin(subject: TrySubject, now: Date): Promise<number | undefined>;
  succeed(subject: TrySubject): Promise<void>;
  fail(subject: TrySubject, now: Date): Promise<void>;
  /** Settles a try that came to no outcome. */
  drop(subject: TrySubject): Promise<void>;
  /** Forgets at most `limit` rows that mean nothing any more. @returns how many. */
  forget(before: Date, limit: number): Promise<number>;
}

export function createTries(sql: Sql): Tries {
  const drop = async ({ scope, digest }: TrySubject): Promise<void> => {
    await sql`
      update tries set under_way = greatest(under_way - 1, 0) where scope = ${scope} and subject = ${digest}`;
  };

  return {
    begin: async ({ scope, digest, policy }, now) => {
      const windowEnd = new Date(now.getTime() + policy.windowMs);
      const begun = await sql`
        insert into tries as t (scope, subject, window_ends_at, failures, under_way, closings, forget_at)
        values (${scope}, ${digest}, ${windowEnd}, 0, 1, 0, ${windowEnd})
        on conflict (scope, subject) do update set
          failures = case when t.window_ends_at <= ${now} then 0 else t.failures end,
          under_way = case when t.window_ends_at <= ${now} then 1 else t.under_way + 1 end,
          window_ends_at = case when t.window_ends_at <= ${now} then ${windowEnd} else t.window_ends_at end,
          closings = case when t.forget_at <= ${now} then 0 else t.closings end,
          forget_at = greatest(t.forget_at, ${windowEnd})
        where (t.closed_until is null or t.closed_until <= ${now})
          and (t.window_ends_at <= ${now} or t.failures + t.under_way < ${policy.maxFailures})
        returning 1`;
      if (begun.length === 1) return undefined;
      const [closed] = await sql<{ until: Date }[]>`
        select closed_until as until from tries
        where scope = ${scope} and subject = ${digest} and closed_until > ${now}`;
      return closed === undefined ? CROWDED_MS : closed.until.getTime() - now.getTime();
    },
    succeed: async (subject) => {
      if (!subject.policy.forgivenBySuccess) return drop(subject);
      await sql`
        update tries set failures = 0, closings = 0, closed_until = null, forget_at = window_ends_at,
          under_way = greatest(under_way - 1, 0)
        where scope = ${subject.scope} and subject = ${subject.digest}`;
    },
    fail: async ({ scope, digest, policy }, now) => {
      const isLast = sql`failures + 1 >= ${policy.maxFailures}`;
      const pauseMs = sql`least(${policy.closedMs}::float8 * power(2, least(closings, 30)), ${policy.maxClosedMs})`;
      const reopensAt = sql`${now}::timestamptz + ${pauseMs} * interval '1 millisecond'`;
      // After the last one the window is over: the next begins with the first try after the pause.
      await sql`
        update tries set
          under_way = greatest(under_way - 1, 0),
          failures = case when ${isLast} then 0 else failures + 1 end,
          closings = case when ${isLast} then closings + 1 else closings end,
          closed_until = case when ${isLast} then ${reopensAt} else closed_until end,
          window_ends_at = case when ${isLast} then ${now} else window_ends_at end,
          forget_at = case when ${isLast}
            then ${reopensAt} + ${policy.memoryMs}::float8 * interval '1 millisecond' else forget_at end
        where scope = ${scope} and subject = ${digest}`;
    },
    drop,
    forget: async (before, limit) => {
      const gone = await sql`
        delete from tries where (scope, subject) in (
          select scope, subject from tries where forget_at < ${before} limit ${limit} for update skip locked)`;
      return gone.count;
    },
  };
}
