import type { Sql, TransactionSql } from '@shop/kit';

/** A refresh token as it is stored. */
export interface StoredRefreshToken {
  readonly digest: Buffer;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

export type Rotation =
  | { readonly outcome: 'rotated'; readonly familyId: string; readonly userId: string }
  /** `unknown` covers a family that was revoked: its tokens are worth as much as invented ones. */
  | { readonly outcome: 'unknown' | 'expired' | 'reused' };

/** An account's newest families that are kept; more logins than that end the oldest. */
const MAX_FAMILIES = 1_000;

/** The tables `token_families` and `refresh_tokens`: one family a login. */
export interface Sessions {
  open(family: { readonly id: string; readonly userId: string }, first: StoredRefreshToken): Promise<void>;
  /** Consumes a token and stores its successor. A token that was consumed before revokes its family. */
  rotate(digest: Buffer, successor: StoredRefreshToken): Promise<Rotation>;
  /** Revokes the family of a token, whatever became of the token; an unknown one changes nothing. */
  revokeByToken(digest: Buffer, at: Date): Promise<void>;
  /** The account of a family that was not revoked, as it is now; undefined when either is gone. */
  liveOwner(family: { readonly id: string; readonly userId: string }): Promise<{ readonly email: string } | undefined>;
  /** Forgets at most `limit` tokens that expired before that moment, and families that have none left. @returns tokens. */
  forgetExpired(before: Date, limit: number): Promise<number>;
  /** Forgets at most `limit` families that were revoked before that moment, with their tokens. @returns how many. */
  forgetRevoked(before: Date, limit: number): Promise<number>;
}

export function createSessions(sql: Sql): Sessions {
  return {
    open: async ({ id, userId }, first) => {
      await sql.begin(async (tx) => {
        await tx`insert into token_families (id, user_id, created_at) values (${id}, ${userId}, ${first.issuedAt})`;
        await addToken(tx, id, first);
        await tx`
          delete from token_families where id in (
            select id from token_families where user_id = ${userId}
            order by created_at desc offset ${MAX_FAMILIES} for update skip locked)`;
      });
    },
    rotate: (digest, successor) =>
      sql.begin(async (tx): Promise<Rotation> => {
        const now = successor.issuedAt;
        // One statement finds and consumes: of any number of rivals the row's lock lets one see `used_at is null`.
        const [consumed] = await tx<{ familyId: string; userId: string }[]>`
          update refresh_tokens t set used_at = ${now}
          from token_families f
          where t.digest = ${digest} and t.used_at is null and t.expires_at > ${now}
            and f.id = t.family_id and f.revoked_at is null
          returning f.id as "familyId", f.user_id as "userId"`;
        if (consumed === undefined) return { outcome: await refusalOf(tx, digest, now) };
        await addToken(tx, consumed.familyId, successor);
        return { outcome: 'rotated', ...consumed };
      }),
    revokeByToken: async (digest, at) => {
      await sql`
        update token_families set revoked_at = ${at}, revoked_because = 'logout'
        where id = (select family_id from refresh_tokens where digest = ${digest}) and revoked_at is null`;
    },
    liveOwner: async ({ id, userId }) => {
      const [owner] = await sql<{ email: string }[]>`
        select u.email from token_families f join users u on u.id = f.user_id
        where f.id = ${id} and f.user_id = ${userId} and f.revoked_at is null`;
      return owner;
    },
    forgetExpired: async (before, limit) => {
      // The families of one batch at once: looking for empty ones later would read the whole table each time.
      const [row] = await sql<{ gone: number }[]>`
        with gone as (
          delete from refresh_tokens where digest in (
            select digest from refresh_tokens where expires_at < ${before} limit ${limit} for update skip locked)
          returning family_id
        ), empty as (
          delete from token_families f where f.id in (select family_id from gone)
            and not exists (select 1 from refresh_tokens t where t.family_id = f.id and t.expires_at >= ${before})
        )
        select count(*)::integer as gone from gone`;
      return row?.gone ?? 0;
    },
    forgetRevoked: async (before, limit) => {
      const gone = await sql`
        delete from token_families where id in (
          select id from token_families where revoked_at < ${before} limit ${limit} for update skip locked)`;
      return gone.count;
    },
  };
}

async function addToken(tx: TransactionSql, familyId: string, token: StoredRefreshToken): Promise<void> {
  await tx`
    insert into refresh_tokens (digest, family_id, issued_at, expires_at)
    values (${token.digest}, ${familyId}, ${token.issuedAt}, ${token.expiresAt})`;
}

async function refusalOf(tx: TransactionSql, digest: Buffer, now: Date): Promise<'unknown' | 'expired' | 'reused'> {
  const [token] = await tx<{ familyId: string; used: boolean; expired: boolean }[]>`
    select family_id as "familyId", used_at is not null as used, expires_at <= ${now} as expired
    from refresh_tokens where digest = ${digest}`;
  if (token === undefined) return 'unknown';
  // Used comes before expired: an old token in strange hands is a theft however late it is tried.
  if (token.used) {
    await tx`
      update token_families set revoked_at = ${now}, revoked_because = 'reuse'
      where id = ${token.familyId} and revoked_at is null`;
    return 'reused';
  }
  return token.expired ? 'expired' : 'unknown';
}
