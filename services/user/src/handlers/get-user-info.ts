import type { Deps, UserHandlers } from './deps.ts';

/** Names the fields one by one, so that a new column stays inside. */
export const getUserInfo =
  ({ users }: Deps): UserHandlers['get_user_info'] =>
  async ({ userId }, ctx) => {
    const user = await users.byId(userId);
    if (user === undefined) throw ctx.errors.user_not_found({});
    return { id: user.id, email: user.email, name: user.name };
  };
