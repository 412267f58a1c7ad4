import { createHmac } from 'node:crypto';

/** Fields of a payment that no fingerprint may depend on: a hash of one could be turned back by trying. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['cardNumber', 'passwordTwoDigits', 'birthOrRegistration']);

/** The value as text that does not depend on the order of properties, without card data at any depth. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => {
    if (SECRET_FIELDS.has(key)) return undefined;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

/** Tells one request from another. Keyed (PCI DSS 3.5.1.1), so that it says nothing about what it was made of. */
export const fingerprintOf = (secret: Buffer, request: unknown): string =>
  createHmac('sha256', secret).update(canonical(request)).digest('hex');
