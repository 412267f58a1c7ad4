import { z } from 'zod';

/** The demo account, as the user service seeds it. */
export const DEMO_EMAIL = 'user@example.com';

const tokens = z.object({ accessToken: z.string() });

/** Logs the demo user in over HTTP and answers with a fresh access token. */
export async function login(url: string, password: string): Promise<string> {
  const response = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: DEMO_EMAIL, password }),
    signal: AbortSignal.timeout(15_000),
  });
  if (!response.ok) throw new Error(`the demo login was answered ${response.status}: ${await response.text()}`);
  return tokens.parse(await response.json()).accessToken;
}
