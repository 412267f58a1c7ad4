import { accountBody } from './account-body.ts';
import { isSafeBaseUrl } from './base-url.ts';
import { chargeBody } from './charge-body.ts';
import { classifyCancel, classifyCharge, classifyLookup } from './classify.ts';
import { createHttp } from './exchange.ts';
import type { Provider } from './provider.ts';

export interface ProviderOptions {
  /** `https:`, or `http:` on a loopback host. */
  readonly baseUrl: string;
  readonly secretKey: string;
  /** Code of the bank whose virtual accounts are issued. Default `20`. */
  readonly bank?: string;
  /** Hours a deposit is awaited, at most 2160. Default 168, the provider's own. */
  readonly depositHours?: number;
  /** Milliseconds to establish a connection. Default 3000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds until the first byte is written, waiting for a connection included. Default 10 000. */
  readonly writeWithinMs?: number;
  /** Milliseconds for a charge. Default 65 000: an approval may take the provider 60 s, by its documentation. */
  readonly chargeBudgetMs?: number;
  /** Milliseconds for a lookup. Default 10 000. */
  readonly lookupBudgetMs?: number;
  /** Milliseconds for a cancellation. Default 30 000. */
  readonly cancelBudgetMs?: number;
}

const DEFAULTS = {
  bank: '20',
  depositHours: 168,
  connectTimeoutMs: 3_000,
  writeWithinMs: 10_000,
  chargeBudgetMs: 65_000,
  lookupBudgetMs: 10_000,
  cancelBudgetMs: 30_000,
} as const;

// A Payment object has some two KiB.
const MAX_RESPONSE_BYTES = 256 * 1_024;
const MAX_CONNECTIONS = 128;

/**
 * The Toss Payments core API: key-in approval, virtual accounts, lookup and cancellation.
 * @throws {TypeError} a base URL that would send card data in the clear.
 * @see README.md, "The provider"
 */
export function createProvider(options: ProviderOptions): Provider {
  const settings = { ...DEFAULTS, ...options };
  const { chargeBudgetMs, lookupBudgetMs, cancelBudgetMs, writeWithinMs } = settings;
  const baseUrl = new URL(options.baseUrl);
  if (!isSafeBaseUrl(baseUrl)) throw new TypeError('the provider is reached over https, or http on a loopback host');
  const http = createHttp({
    baseUrl,
    connectTimeoutMs: settings.connectTimeoutMs,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    maxConnections: MAX_CONNECTIONS,
  });
  // The key is the user name of Basic authentication; its password is empty, and the colon stays.
  const authorization = `Basic ${Buffer.from(`${options.secretKey}:`).toString('base64')}`;
  const post = (path: string, idempotencyKey: string, body: string, budgetMs: number) =>
    http.send({
      method: 'POST',
      path,
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body,
      budgetMs,
      writeWithinMs,
    });

  return {
    async charge(charge) {
      const exchange = await post('/v1/payments/key-in', charge.idempotencyKey, chargeBody(charge), chargeBudgetMs);
      return { ...classifyCharge(exchange, charge), traceId: exchange.traceId };
    },

    async issueAccount(request) {
      const body = accountBody(request, settings);
      const exchange = await post('/v1/virtual-accounts', request.idempotencyKey, body, chargeBudgetMs);
      return { ...classifyCharge(exchange, request), traceId: exchange.traceId };
    },

    async lookup(expected) {
      const exchange = await http.send({
        method: 'GET',
        path: `/v1/payments/orders/${encodeURIComponent(expected.providerOrderId)}`,
        headers: { authorization },
        budgetMs: lookupBudgetMs,
        writeWithinMs,
      });
      return { ...classifyLookup(exchange, expected), traceId: exchange.traceId };
    },

    async cancel({ paymentKey, providerOrderId, idempotencyKey, reason }) {
      const exchange = await post(
        `/v1/payments/${encodeURIComponent(paymentKey)}/cancel`,
        idempotencyKey,
        // No amount: whatever is left, so that sending it again cannot give back more.
        JSON.stringify({ cancelReason: reason }),
        cancelBudgetMs,
      );
      return { ...classifyCancel(exchange, providerOrderId), traceId: exchange.traceId };
    },

    close: () => http.close(),
  };
}
