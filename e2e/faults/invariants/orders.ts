import type { OrderView } from '../customer.ts';
import { isOrderAtRest, isSettled } from '../rest.ts';
import type { Finding, Invariant } from './finding.ts';
import { isLater, isOrder, viewsOf } from './views.ts';

/** I3: once the faults have healed, every order and every attempt comes to rest in time, and the outbox runs empty. */
export const nothingIsStuck: Invariant = ({ seed, stored, attempts, untold, atRestAfterMs }) => {
  if (atRestAfterMs !== undefined) return [];
  const findings: Finding[] = stored
    .filter((order) => !isOrderAtRest(order))
    .map(({ orderId, status, isWatched }) => ({
      ...{ name: 'I3', seed, orderId },
      found: `it is still ${status}${isWatched ? ' and watched by recovery' : ''}`,
    }));
  for (const { orderId, attempt, status } of attempts.filter((each) => !isSettled(each)))
    findings.push({ name: 'I3', seed, orderId, found: `attempt ${attempt} is still ${status}` });
  for (const { orderId, attempt, tries } of untold)
    findings.push({
      name: 'I3',
      seed,
      orderId,
      found: `order has not heard of attempt ${attempt}, told ${tries} times`,
    });
  return findings.length > 0 ? findings : [{ name: 'I3', seed, found: 'it did not come to rest in time' }];
};

/** What may follow what; see the order states in the architecture. */
const MOVES: Readonly<Record<string, readonly string[]>> = {
  created: ['paymentPending', 'canceled'],
  paymentPending: ['paymentProcessed', 'paymentFailed', 'canceled'],
  paymentFailed: ['paymentPending', 'canceled'],
  paymentProcessed: ['canceled'],
  canceled: [],
};

/** I6: every history is a path, ends where its order stands, and no reader ever sees an order go back. */
export const historyIsAPath: Invariant = ({ seed, customers }) =>
  customers.flatMap((customer) => {
    return [...Map.groupBy(viewsOf(customer), ({ order }) => order.orderId)].flatMap(([orderId, views]) => {
      const about = { name: 'I6', seed, orderId };
      const broken = views.flatMap(({ order }) => pathProblem(order).map((found) => ({ ...about, found })));
      for (const earlier of views)
        for (const later of views)
          if (isLater(later, earlier) && !isPrefix(earlier.order, later.order))
            broken.push({
              ...about,
              found: `one read ${pathOf(earlier.order)}, a later one ${pathOf(later.order)}`,
            });
      return broken.slice(0, 1);
    });
  });

function pathProblem({ history, status }: OrderView): string[] {
  const path = history.map(({ to }) => to);
  const isPath =
    path[0] === 'created' &&
    path.every((to, i) => i === 0 || (MOVES[path[i - 1] ?? '']?.includes(to) && history[i]?.from === path[i - 1]));
  if (!isPath) return [`its history is no path: ${path.join(' → ')}`];
  return path.at(-1) === status ? [] : [`it is ${status}, its history ends in ${path.at(-1)}`];
}

const pathOf = ({ history }: OrderView): string => history.map(({ to }) => to).join(' → ');

const isPrefix = (earlier: OrderView, later: OrderView): boolean =>
  earlier.history.every((move, i) => later.history[i]?.to === move.to && later.history[i]?.at === move.at);

/** I7: whatever a customer was told of an order holds: it is there, and one that was called paid stays paid. */
export const nothingToldIsLost: Invariant = ({ seed, customers }) =>
  customers.flatMap(({ told, orders }) => {
    const byId = new Map(orders.map((order) => [order.orderId, order]));
    return told.flatMap(({ what, orderId, status, text }) => {
      if (orderId === undefined || status === undefined || what === 'pry') return [];
      const about = { name: 'I7', seed, orderId };
      const order = byId.get(orderId);
      if (order === undefined) {
        // An order id is also said of a request that was refused before its order was written.
        return status < 300 || status === 402
          ? [{ ...about, found: `it was answered ${status} and is not there` }]
          : [];
      }
      const wasPaid = isOrder(status) && (JSON.parse(text) as OrderView).status === 'paymentProcessed';
      if (!wasPaid || order.status === 'paymentProcessed') return [];
      const wasCanceled = told.some((each) => each.what === 'cancel' && each.orderId === orderId);
      return order.status === 'canceled' && wasCanceled
        ? []
        : [{ ...about, found: `it was called paid and is ${order.status}` }];
    });
  });
