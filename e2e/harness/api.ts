import { SEED_ORDER, type Stack } from '@shop/stack';

/** What an HTTP call answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; tests assert on it by path. */
  // biome-ignore lint/suspicious/noExplicitAny: the body is what is under test
  readonly body: any;
}

/** The gateway as one customer uses it. */
export interface Api {
  post(path: string, body: unknown): Promise<Answer>;
  get(path: string): Promise<Answer>;
}

/** The gateway with this token; `null` sends none, and the demo user's is sent when nothing is said. */
export function api(stack: Stack, token: string | null = stack.token): Api {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const call = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(new URL(path, stack.urls.order), { signal: AbortSignal.timeout(60_000), ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  return {
    get: (path) => call(path, { headers }),
    post: (path, body) =>
      call(path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

/** The seed order, paid with another card or another amount. */
export function orderWith(payment: Partial<Record<keyof typeof SEED_ORDER.payment, string | number>> = {}) {
  return { ...SEED_ORDER, payment: { ...SEED_ORDER.payment, ...payment } };
}
