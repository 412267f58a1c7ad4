import type { OrderView } from '../customer.ts';
import type { Evidence } from '../evidence.ts';

/** An order as somebody was told of it, and when they asked and heard. */
export interface View {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly order: OrderView;
}

/** Every order that a customer was told of, and all of theirs as they are in the end. */
export const viewsOf = ({ told, orders }: Evidence['customers'][number]): View[] => [
  ...told
    .filter(({ what, status, isReplayed }) => what !== 'list' && what !== 'pry' && isOrder(status) && !isReplayed)
    .map(({ startedMs, endedMs, text }) => ({ startedMs, endedMs, order: JSON.parse(text) as OrderView })),
  ...orders.map((order) => ({ startedMs: Number.POSITIVE_INFINITY, endedMs: Number.POSITIVE_INFINITY, order })),
];

/** Whether an answer is an order; one that is repeated for its key tells of the past on purpose. */
export const isOrder = (status: number | undefined): boolean => status !== undefined && status < 300;

export const isLater = (later: View, earlier: View): boolean => later.startedMs > earlier.endedMs;
