import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payment } from './payment.ts';
import { seoulTime } from './seoul-time.ts';

/** The body of a `DEPOSIT_CALLBACK`: what happened to a virtual account, with the secret that its issue answered. */
export interface DepositNotice {
  readonly createdAt: string;
  readonly secret: string;
  readonly status: string;
  readonly transactionKey: string;
  readonly orderId: string;
}

/** Where notices go and how patiently. */
export interface WebhookOptions {
  /** Absent: no notices are sent. */
  readonly url: string | undefined;
  /** Pauses before the second and later deliveries, in milliseconds. Default 0.2 s to 60 s, seven of them as the provider. */
  readonly retryAfterMs?: readonly number[];
}

const RETRY_AFTER_MS = [200, 1_000, 4_000, 10_000, 20_000, 40_000, 60_000];
const DELIVERY_TIMEOUT_MS = 10_000;
// The merchant may be down for long; what is not on its way by then is lost, as with the provider.
const MAX_ON_THEIR_WAY = 1_000;

/** Tells the merchant of deposits; a notice that is not answered with 2xx is sent again, some times. */
export class Webhooks {
  readonly #url: string | undefined;
  readonly #retryAfterMs: readonly number[];
  readonly #closing = new AbortController();
  readonly #deliveries = new Set<Promise<void>>();

  constructor({ url, retryAfterMs = RETRY_AFTER_MS }: WebhookOptions) {
    this.#url = url;
    this.#retryAfterMs = retryAfterMs;
  }

  /** Sends notices one after the other, in the background. */
  send(notices: readonly DepositNotice[]): void {
    if (this.#url === undefined || this.#deliveries.size >= MAX_ON_THEIR_WAY) return;
    const delivery = this.#deliverAll(this.#url, notices).finally(() => this.#deliveries.delete(delivery));
    this.#deliveries.add(delivery);
  }

  /** Cuts what is on its way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#deliveries);
  }

  async #deliverAll(url: string, notices: readonly DepositNotice[]): Promise<void> {
    for (const notice of notices) {
      const transmissionId = randomUUID();
      for (const pauseMs of [0, ...this.#retryAfterMs]) {
        if (!(await this.#pause(pauseMs)) || (await this.#deliver(url, notice, transmissionId))) break;
      }
    }
  }

  /** False when the sandbox stops. */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#closing;
    try {
      if (ms > 0) await sleep(ms, undefined, { signal });
      return !signal.aborted;
    } catch (cause) {
      if (signal.aborted) return false;
      throw cause;
    }
  }

  async #deliver(url: string, notice: DepositNotice, transmissionId: string): Promise<boolean> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'tosspayments-webhook-transmission-id': transmissionId },
        body: JSON.stringify(notice),
        redirect: 'error',
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(DELIVERY_TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      // A merchant that is down is the case that the retries are for.
      return false;
    }
  }
}

/** The notice of a payment as it is now. */
export const noticeOf = (payment: Payment, nowMs: number): DepositNotice => ({
  createdAt: seoulTime(nowMs),
  secret: payment.secret,
  status: payment.status,
  transactionKey: payment.lastTransactionKey,
  orderId: payment.orderId,
});
