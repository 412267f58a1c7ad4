import { secretsIn } from '../customer.ts';
import type { Finding, Invariant } from './finding.ts';

/** I5: one Idempotency-Key is one order, and what is repeated for it is always the same to the letter. */
export const oneKeyOneOrder: Invariant = ({ seed, customers }) =>
  customers.flatMap(({ told }) => {
    const keyed = Map.groupBy(
      told.filter(({ key, status }) => key !== undefined && status !== undefined),
      ({ key, what }) => `${what} ${key}`,
    );
    return [...keyed].flatMap(([key, each]): Finding[] => {
      const orderIds = new Set(each.flatMap(({ orderId }) => orderId ?? []));
      const [orderId] = orderIds;
      const about = { name: 'I5', seed, ...(orderId === undefined ? {} : { orderId }) };
      const findings: Finding[] = [];
      if (orderIds.size > 1) findings.push({ ...about, found: `${key} is ${orderIds.size} orders` });
      const repeated = new Set(
        each.filter(({ isReplayed }) => isReplayed).map(({ status, text }) => `${status} ${text}`),
      );
      if (repeated.size > 1) findings.push({ ...about, found: `${key} is repeated in ${repeated.size} ways` });
      return findings;
    });
  });

/** I9: nobody reads or changes what is somebody else's, or pays by saying so. */
export const nobodyPries: Invariant = ({ seed, customers }) =>
  customers.flatMap(({ userId, told, orders }) => {
    const others = new Set(
      customers
        .filter((each) => each.userId !== userId)
        .flatMap((each) => each.orders)
        .map(({ orderId }) => orderId),
    );
    const pried = told
      .filter(({ what, status, text }) => what === 'pry' && status !== undefined && !isRefusal(status, text))
      .map(({ orderId, status }) => ({
        ...{ name: 'I9', seed, ...(orderId === undefined ? {} : { orderId }) },
        found: `somebody else's order was answered ${status}`,
      }));
    const mixed = orders
      .filter(({ orderId }) => others.has(orderId))
      .map(({ orderId }) => ({ name: 'I9', seed, orderId, found: 'it is in the lists of two customers' }));
    return [...pried, ...mixed];
  });

/** A forged notice is refused for what should prove it, unless there is nothing that it could be about. */
const isRefusal = (status: number, text: string): boolean =>
  status === 404 || status >= 500 || (status === 403 && text.includes('"webhook_not_verified"'));

/** A customer whose token is good is never told that it is not, whoever is down. */
export const goodTokensAreGood: Invariant = ({ seed, customers }) =>
  customers.flatMap(({ told }) =>
    told
      .filter(({ status }) => status === 401)
      .map(({ what, text }) => ({ name: 'I9', seed, found: `a good token was answered 401 (${what}): ${text}` })),
  );

/** I8, as far as answers go: none repeats a secret. Files are searched when the shop has stopped. */
export const answersKeepSecrets: Invariant = ({ seed, customers, attempts }) => {
  const ofDeposits = attempts.flatMap(({ depositSecret }) => depositSecret ?? []);
  return customers.flatMap(({ told }) =>
    told.flatMap(({ what, status, text }) =>
      [...secretsIn(text), ...ofDeposits.filter((secret) => text.includes(secret))].map((secret) => ({
        name: 'I8',
        seed,
        found: `the answer ${status} to ${what} repeats a secret that begins with ${secret.slice(0, 4)}`,
      })),
    ),
  );
};
