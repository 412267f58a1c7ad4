import { isSafeBaseUrl } from './base-url.ts';
import { chargeBody } from './charge-body.ts';
import { classifyCharge, classifyLookup } from './classify.ts';
import { createHttp } from './exchange.ts';
import type { Provider } from './provider.ts';

export interface ProviderOptions {
  /** `https:`, or `http:` on a loopback host. */
  readonly baseUrl: string;
  readonly secretKey: string;
  /** Milliseconds to establish a connection. Default 3000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for a charge. Default 65 000: an approval may take the provider 60 s, by its documentation. */
  readonly chargeBudgetMs?: number;
  /** Milliseconds for a lookup. Default 10 000. */
  readonly lookupBudgetMs?: number;
}

const DEFAULTS = { connectTimeoutMs: 3_000, chargeBudgetMs: 65_000, lookupBudgetMs: 10_000 } as const;

// A Payment object has some two KiB.
const MAX_RESPONSE_BYTES = 256 * 1_024;
const MAX_CONNECTIONS = 128;

/**
 * The Toss Payments core API: key-in approval and lookup.
 * @throws {TypeError} a base URL that would send card data in the clear.
 * @see README.md, "The provider"
 */
export function createProvider(options: ProviderOptions): Provider {
  const { connectTimeoutMs, chargeBudgetMs, lookupBudgetMs } = { ...DEFAULTS, ...options };
  const baseUrl = new URL(options.baseUrl);
  if (!isSafeBaseUrl(baseUrl)) throw new TypeError('the provider is reached over https, or http on a loopback host');
  const http = createHttp({
    baseUrl,
    connectTimeoutMs,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    maxConnections: MAX_CONNECTIONS,
  });
  // The key is the user name of Basic authentication; its password is empty, and the colon stays.
  const authorization = `Basic ${Buffer.from(`${options.secretKey}:`).toString('base64')}`;

  return {
    async charge(charge) {
      const exchange = await http.send({
        method: 'POST',
        path: '/v1/payments/key-in',
        headers: { authorization, 'content-type': 'application/json', 'idempotency-key': charge.idempotencyKey },
        body: chargeBody(charge),
        budgetMs: chargeBudgetMs,
      });
      return { ...classifyCharge(exchange, charge), traceId: exchange.traceId };
    },

    async lookup(expected) {
      const exchange = await http.send({
        method: 'GET',
        path: `/v1/payments/orders/${encodeURIComponent(expected.providerOrderId)}`,
        headers: { authorization },
        budgetMs: lookupBudgetMs,
      });
      return { ...classifyLookup(exchange, expected), traceId: exchange.traceId };
    },

    close: () => http.close(),
  };
}
