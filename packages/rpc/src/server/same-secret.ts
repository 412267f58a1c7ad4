import { createHash, timingSafeEqual } from 'node:crypto';

/** Compared as digests, in constant time: neither the length nor a common prefix can be measured. */
export const sameSecret = (given: string, expected: string): boolean =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(expected).digest());
