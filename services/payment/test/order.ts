import { orderContract } from '@shop/contracts';
import { createServer } from 'cmdrpc';

/** What Order was told of one attempt. */
export interface Told {
  readonly orderId: string;
  readonly attempt: number;
  readonly paymentStatus: string;
  readonly reason?: string | undefined;
}

export interface TestOrder {
  readonly port: number;
  /** Every announcement that reached it, in the order it came. */
  readonly told: Told[];
  of(orderId: string): Told[];
  close(): Promise<void>;
}

/** Order's TCP face, which hears of settled payments. `take` may throw to refuse one, and take its time. */
export async function startTestOrder(
  port = 0,
  take: (told: Told) => void | Promise<void> = () => {},
): Promise<TestOrder> {
  const told: Told[] = [];
  const server = createServer({ name: 'order', shedding: false });
  server.implement(orderContract, {
    get_order_info: (_input, ctx) => {
      throw ctx.errors.order_not_found({});
    },
    list_orders: () => ({ orders: [] }),
    payment_settled: async ({ orderId, attempt, paymentStatus, reason }) => {
      await take({ orderId, attempt, paymentStatus, reason });
      told.push({ orderId, attempt, paymentStatus, reason });
    },
  });
  const address = await server.listen({ host: '127.0.0.1', port });
  if (!('port' in address)) throw new Error('a TCP port was asked for');
  return {
    port: address.port,
    told,
    of: (orderId) => told.filter((each) => each.orderId === orderId),
    close: async () => void (await server.close({ drainMs: 0 })),
  };
}
