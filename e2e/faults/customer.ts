import { setTimeout as wait } from 'node:timers/promises';
import { SEED_ORDER } from '@shop/stack';
import { NEEDLES, PASSWORD_BEGINS } from './cards.ts';
import { type Means, paymentBy } from './means.ts';

/** What one request was told. */
export interface Told {
  /** The customer who asked, by id. */
  readonly userId: string;
  readonly what: 'place' | 'pay' | 'cancel' | 'read' | 'list' | 'pry';
  /** Which order it was about; for one that is placed, which it became, when the answer says so. */
  readonly orderId: string | undefined;
  readonly key: string | undefined;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Undefined when no answer came: the connection broke. */
  readonly status: number | undefined;
  readonly text: string;
  readonly isReplayed: boolean;
}

/** An order as the gateway tells it. */
export interface OrderView {
  readonly orderId: string;
  readonly status: string;
  readonly items: readonly { readonly price: number }[];
  readonly totalAmount: number;
  readonly payment: {
    readonly method: string;
    readonly status?: string;
    readonly virtualAccount?: { readonly accountNumber: string };
  };
  readonly attempt: number;
  readonly history: readonly { readonly from: string | null; readonly to: string; readonly at: string }[];
  readonly createdAt: string;
}

/** Somebody with an account, who remembers everything that was said. */
export interface Customer {
  readonly userId: string;
  readonly told: readonly Told[];
  place(order: { readonly means: Means; readonly lastFour: number; readonly key: string | undefined }): Promise<Told>;
  pay(
    orderId: string,
    order: { readonly means: Means; readonly lastFour: number; readonly key: string | undefined },
    what?: 'pay' | 'pry',
  ): Promise<Told>;
  cancel(orderId: string, what?: 'cancel' | 'pry'): Promise<Told>;
  read(orderId: string, what?: 'read' | 'pry'): Promise<Told>;
  /** Tells the gateway of a deposit that nobody made, as somebody would who does not know what proves a notice. */
  forge(orderId: string): Promise<Told>;
  /** Every order of this customer's, page by page. @throws {Error} when a page is not answered. */
  list(): Promise<OrderView[]>;
}

/** Won; the seed order's two products. */
export const TOTAL = SEED_ORDER.payment.amount;

/** Longer than any answer takes: a request has a budget of 12 s. */
const PATIENCE_MS = 40_000;

interface Request {
  readonly what: Told['what'];
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string | undefined;
  readonly orderId?: string;
}

/** Opens an account; the shop must be well, yet hashing a password may take its time on a busy machine. */
export async function newCustomer(url: string, name: string): Promise<Customer> {
  let said = 'no answer';
  for (let tries = 1; tries <= MAX_REGISTRATIONS; tries += 1) {
    const answer = await fetch(`${url}/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // Another address each time: the try before may have succeeded behind its answer.
      body: JSON.stringify({
        email: `${name}-${tries}@example.com`,
        password: `${PASSWORD_BEGINS}${name}`,
        name: '김철수',
      }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    said = `${answer.status}: ${await answer.clone().text()}`;
    if (!answer.ok) {
      await wait(REGISTERS_EVERY_MS);
      continue;
    }
    const { accessToken } = (await answer.json()) as { readonly accessToken: string };
    const [, claims = ''] = accessToken.split('.');
    const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly sub: string };
    return customerOf(url, sub, accessToken);
  }
  throw new Error(`the account ${name} was answered ${said}`);
}

const MAX_REGISTRATIONS = 20;
const REGISTERS_EVERY_MS = 1_000;

function customerOf(url: string, userId: string, token: string): Customer {
  const told: Told[] = [];
  const send = async ({ what, method, path, body, key, orderId }: Request): Promise<Told> => {
    const startedMs = performance.now();
    const remember = (said: Pick<Told, 'status' | 'text' | 'isReplayed'>): Told => {
      const each: Told = {
        ...{ userId, what, key, startedMs, endedMs: performance.now() },
        ...said,
        orderId: orderId ?? (what === 'list' ? undefined : orderIdIn(said.text)),
      };
      told.push(each);
      return each;
    };
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          // A connection that is kept may be one that a fault is about to break: each request opens its own.
          connection: 'close',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await response.text();
      return remember({ status: response.status, text, isReplayed: response.headers.has('idempotency-replayed') });
    } catch {
      // Refused, reset, cut in the middle of the answer: nobody knows what was done.
      return remember({ status: undefined, text: '', isReplayed: false });
    }
  };
  return {
    userId,
    told,
    place: ({ means, lastFour, key }) =>
      send({
        what: 'place',
        method: 'POST',
        path: '/order',
        key,
        body: { ...SEED_ORDER, payment: paymentBy(means, lastFour, TOTAL) },
      }),
    pay: (orderId, { means, lastFour, key }, what = 'pay') =>
      send({
        what,
        method: 'POST',
        path: `/order/${orderId}/payment`,
        key,
        orderId,
        body: { payment: paymentBy(means, lastFour, TOTAL) },
      }),
    cancel: (orderId, what = 'cancel') => send({ what, method: 'POST', path: `/order/${orderId}/cancel`, orderId }),
    read: (orderId, what = 'read') => send({ what, method: 'GET', path: `/order/${orderId}`, orderId }),
    forge: (orderId) =>
      send({
        what: 'pry',
        method: 'POST',
        path: '/webhooks/toss',
        orderId,
        body: { orderId, secret: 'ps_guessed', status: 'DONE' },
      }),
    async list() {
      const orders: OrderView[] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const page = await send({
          what: 'list',
          method: 'GET',
          path: `/order?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
        });
        if (page.status !== 200) throw new Error(`a list of orders was answered ${page.status}: ${page.text}`);
        const said = JSON.parse(page.text) as { data: OrderView[]; page: { nextCursor?: string } };
        orders.push(...said.data);
        cursor = said.page.nextCursor;
      }
      return orders;
    },
  };
}

/** The order that an answer is about. */
function orderIdIn(text: string): string | undefined {
  return /"orderId":"([0-9a-f-]{36})"/.exec(text)?.[1];
}

/**
 * An answer after which sending it again would only repeat it. One that names an order is, whatever its status: the
 * order is there, and tells the rest.
 */
const isDefinite = ({ status, text, isReplayed }: Told): boolean => {
  if (status === undefined || text.includes('"idempotency_in_progress"')) return false;
  return isReplayed || orderIdIn(text) !== undefined || (status < 500 && status !== 429 && status !== 408);
};

/** Secrets that an answer repeats. */
export const secretsIn = (text: string): string[] => NEEDLES.filter((needle) => text.includes(needle));

/** Sends it again until the answer is definite; the last answer when time is up. */
export async function untilDefinite(send: () => Promise<Told>, withinMs: number): Promise<Told> {
  const end = performance.now() + withinMs;
  for (;;) {
    const told = await send();
    if (isDefinite(told) || performance.now() > end) return told;
    await wait(AGAIN_AFTER_MS);
  }
}

const AGAIN_AFTER_MS = 100;
