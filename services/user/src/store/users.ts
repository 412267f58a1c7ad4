import type { Sql } from '@shop/kit';

/** An account's public facts. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

/** An account with what proves it. */
export interface UserWithPassword extends User {
  readonly passwordHash: string;
}

/** The table `users`. Addresses are given in lower case. */
export interface Users {
  /** False when the address or the id is taken. */
  add(user: UserWithPassword): Promise<boolean>;
  byId(id: string): Promise<UserWithPassword | undefined>;
  byEmail(email: string): Promise<UserWithPassword | undefined>;
  setPasswordHash(id: string, passwordHash: string): Promise<void>;
  /** The same for a hash that was replaced by nobody meanwhile; else nothing happens. */
  replacePasswordHash(id: string, hash: { readonly old: string; readonly new: string }): Promise<void>;
}

export function createUsers(sql: Sql): Users {
  return {
    add: async ({ id, email, name, passwordHash }) => {
      const added = await sql`
        insert into users (id, email, name, password_hash) values (${id}, ${email}, ${name}, ${passwordHash})
        on conflict do nothing returning id`;
      return added.length === 1;
    },
    byId: async (id) => {
      const [user] = await sql<UserWithPassword[]>`
        select id, email, name, password_hash as "passwordHash" from users where id = ${id}`;
      return user;
    },
    byEmail: async (email) => {
      const [user] = await sql<UserWithPassword[]>`
        select id, email, name, password_hash as "passwordHash" from users where email = ${email}`;
      return user;
    },
    setPasswordHash: async (id, passwordHash) => {
      await sql`update users set password_hash = ${passwordHash} where id = ${id}`;
    },
    replacePasswordHash: async (id, hash) => {
      await sql`update users set password_hash = ${hash.new} where id = ${id} and password_hash = ${hash.old}`;
    },
  };
}
