import { z } from 'zod';

/** What a signed access token must say: whose it is, of which login, from when until when (seconds since the epoch). */
export const accessClaims = z.object({ sub: z.uuid(), sid: z.uuid(), jti: z.uuid(), iat: z.int(), exp: z.int() });
export type AccessClaims = z.infer<typeof accessClaims>;
