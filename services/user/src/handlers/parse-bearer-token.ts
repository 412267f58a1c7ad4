import type { Deps, UserHandlers } from './deps.ts';

/**
 * Checks everything a signature can vouch for, then whether the login it came of still stands. The same question finds
 * the account's address, so that whoever needs it need not ask again.
 */
export const parseBearerToken =
  ({ accessTokens, sessions }: Deps): UserHandlers['parse_bearer_token'] =>
  async ({ token }, ctx) => {
    const verdict = await accessTokens.verify(token);
    if (!verdict.ok) throw ctx.errors[verdict.reason]({});
    const { sub, sid, exp } = verdict.claims;
    const owner = await sessions.liveOwner({ id: sid, userId: sub });
    if (owner === undefined) throw ctx.errors.token_revoked({});
    return { sub, email: owner.email, exp };
  };
