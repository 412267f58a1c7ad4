import type { Deps, UserHandlers } from './deps.ts';

/** Checks everything a signature can vouch for, then whether the login it came of still stands. */
export const parseBearerToken =
  ({ accessTokens, sessions }: Deps): UserHandlers['parse_bearer_token'] =>
  async ({ token }, ctx) => {
    const verdict = await accessTokens.verify(token);
    if (!verdict.ok) throw ctx.errors[verdict.reason]({});
    const { sub, sid, exp } = verdict.claims;
    if (!(await sessions.isLive({ id: sid, userId: sub }))) throw ctx.errors.token_revoked({});
    return { sub, exp };
  };
