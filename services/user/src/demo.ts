import type { Logger } from '@shop/kit';
import type { Passwords } from './credentials/passwords.ts';
import type { Users } from './store/users.ts';

/** The demo account; its id never changes, so that yesterday's orders stay its own. */
export const DEMO_USER = {
  id: '3f0b7a52-6c1e-4d0b-9a55-0d6f2c8e1b47',
  email: 'user@example.com',
  name: '홍길동',
} as const;

export interface DemoDeps {
  readonly users: Users;
  readonly passwords: Passwords;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** Makes sure that the demo account exists under this password. */
export async function seedDemoUser({ users, passwords, logger }: DemoDeps, password: string): Promise<void> {
  const known = await users.byId(DEMO_USER.id);
  if (known === undefined) {
    const added = await users.add({ ...DEMO_USER, passwordHash: await passwords.hash(password) });
    if (!added) logger.warn({}, 'demo address belongs to another account, nothing seeded');
    return;
  }
  if (await passwords.matches(password, known.passwordHash)) return;
  await users.setPasswordHash(DEMO_USER.id, await passwords.hash(password));
  logger.info({}, 'demo password changed');
}
