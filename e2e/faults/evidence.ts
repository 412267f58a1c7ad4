import { MongoClient } from 'mongodb';
import postgres from 'postgres';
import { accountAt, type ProviderAccount } from './bank.ts';
import type { OrderView, Told } from './customer.ts';
import type { FaultShop } from './shop.ts';

/** One attempt at paying, as PostgreSQL has it. Amounts in won. */
export interface AttemptRow {
  readonly orderId: string;
  readonly attempt: number;
  readonly status: string;
  /** Null in a tombstone, as is `amount`. */
  readonly method: string | null;
  readonly amount: number | null;
  readonly providerOrderId: string;
  readonly createdAt: Date;
  readonly lateRefundedAt: Date | null;
  /** What proves a notice of its deposit. */
  readonly depositSecret: string | null;
}

/** One charge, as the provider's ledger has it. Amounts in won. */
export interface Charge {
  readonly orderId: string;
  readonly amount: number;
  readonly status: string;
  readonly canceledAmount: number;
  readonly at: string;
}

/** An order as MongoDB has it. */
export interface StoredOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly status: string;
  /** Recovery has not let go of it yet. */
  readonly isWatched: boolean;
  /** Its customer has an account to pay into, and nobody is canceling it. */
  readonly awaitsDeposit: boolean;
}

/** News of a payment that waits in the outbox: Order has not acknowledged it. */
export interface UntoldNews {
  readonly orderId: string;
  readonly attempt: number;
  readonly tries: number;
}

/** What one seed left behind, wherever it can be seen. */
export interface Evidence {
  readonly seed: number;
  readonly customers: readonly {
    readonly userId: string;
    readonly told: readonly Told[];
    /** Their list of orders, read at the end. */
    readonly orders: readonly OrderView[];
  }[];
  readonly stored: readonly StoredOrder[];
  readonly attempts: readonly AttemptRow[];
  readonly untold: readonly UntoldNews[];
  /** The charges of the seed: those that came in since it began. */
  readonly charges: readonly Charge[];
  /** The accounts that were issued for the attempts. */
  readonly accounts: readonly ProviderAccount[];
  readonly unexpectedDeaths: readonly string[];
  /** Milliseconds from the healing until everything was at rest; undefined when it never was. */
  readonly atRestAfterMs: number | undefined;
}

/** Reads what a shop has written down, past every proxy. */
export interface Archive {
  ledger(): Promise<Charge[]>;
  storedOrders(userIds: readonly string[]): Promise<StoredOrder[]>;
  attempts(orderIds: readonly string[]): Promise<AttemptRow[]>;
  /** The accounts that the provider has issued for these attempts. */
  accounts(attempts: readonly AttemptRow[]): Promise<ProviderAccount[]>;
  /** Whatever has ever proven a notice. */
  depositSecrets(): Promise<string[]>;
  untold(): Promise<UntoldNews[]>;
  close(): Promise<void>;
}

interface OrderDocument {
  readonly _id: string;
  readonly userId: string;
  readonly status: string;
  readonly payment: { readonly status?: string };
  readonly cancellation?: object;
  readonly watch?: object;
}

export function openArchive(shop: Pick<FaultShop, 'mongoUri' | 'paymentDbUrl' | 'stack' | 'providerKey'>): Archive {
  const sql = postgres(shop.paymentDbUrl, { max: 2, connect_timeout: 3, onnotice: () => {} });
  const mongo = new MongoClient(shop.mongoUri, { serverSelectionTimeoutMS: 3_000, maxPoolSize: 2 });
  const orders = mongo.db().collection<OrderDocument>('orders');
  return {
    async ledger() {
      const answer = await fetch(`${shop.stack.urls.sandbox}/_sandbox/ledger`, { signal: AbortSignal.timeout(10_000) });
      return (await answer.json()) as Charge[];
    },
    async storedOrders(userIds) {
      const found = await orders.find({ userId: { $in: [...userIds] } }).toArray();
      return found.map(({ _id, userId, status, payment, cancellation, watch }) => ({
        orderId: _id,
        userId,
        status,
        isWatched: watch !== undefined,
        awaitsDeposit:
          status === 'paymentPending' && payment.status === 'WaitingForDeposit' && cancellation === undefined,
      }));
    },
    async attempts(orderIds) {
      const rows = await sql`
        SELECT order_id, attempt, status, payment_method, amount::int AS amount, provider_order_id, created_at,
               late_refunded_at, deposit_secret
        FROM payment_attempt WHERE order_id = ANY(${[...orderIds]}::uuid[])`;
      return rows.map((row) => ({
        orderId: row.order_id,
        attempt: row.attempt,
        status: row.status,
        method: row.payment_method,
        amount: row.amount,
        providerOrderId: row.provider_order_id,
        createdAt: row.created_at,
        lateRefundedAt: row.late_refunded_at,
        depositSecret: row.deposit_secret,
      }));
    },
    async accounts(attempts) {
      const issued = await Promise.all(
        attempts
          .filter(({ method }) => method === 'VirtualAccount')
          .map(({ providerOrderId }) => accountAt(shop, providerOrderId)),
      );
      return issued.filter((account) => account !== undefined);
    },
    async depositSecrets() {
      const rows = await sql`SELECT deposit_secret FROM payment_attempt WHERE deposit_secret IS NOT NULL`;
      return rows.map((row) => row.deposit_secret);
    },
    async untold() {
      return sql<UntoldNews[]>`
        SELECT order_id AS "orderId", attempt, tries FROM payment_outbox WHERE acknowledged_at IS NULL ORDER BY id`;
    },
    async close() {
      await Promise.all([sql.end({ timeout: 1 }), mongo.close()]);
    },
  };
}

/** The order that a charge is for: the provider knows later attempts under the order's id and a number. */
export const orderOfCharge = (charge: Pick<Charge, 'orderId'>): string => charge.orderId.slice(0, 36);

/** What of a charge has not been given back. */
export const keptOf = ({ amount, canceledAmount }: Charge): number => amount - canceledAmount;
