import { z } from 'zod';
import { Refusal } from '../domain/refusal.ts';
import type { HttpRequest } from './fastify.ts';

/** Printable ASCII, as Stripe's keys are bounded; a leading quote announces the quoted form. */
const BARE = /^[\x20\x21\x23-\x7e][\x20-\x7e]{0,254}$/;
/** A string of RFC 9651 §3.3.3, as the IETF draft of the header wants it. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,510})"$/;
const MAX_LENGTH = 255;

/**
 * The `Idempotency-Key` of a request, without its quotes; undefined when there is none.
 * @throws {Refusal} `idempotency_key_invalid`
 */
export const idempotencyKeyOf = (request: HttpRequest): string | undefined => {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return undefined;
  if (typeof given !== 'string') throw new Refusal('idempotency_key_invalid');
  const quoted = QUOTED.exec(given)?.[1]?.replaceAll(/\\(["\\])/g, '$1');
  const key = quoted ?? (BARE.test(given) ? given : undefined);
  if (key === undefined || key.length > MAX_LENGTH) throw new Refusal('idempotency_key_invalid');
  return key;
};

/** The header as the document shows it. Checked by {@link idempotencyKeyOf}, whose refusal has a code of its own. */
export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .any()
    .optional()
    .meta({
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description:
        'Makes the request safe to send again: for 24 hours the first answer is given to the letter, with ' +
        '`Idempotency-Replayed: true`. One key for one request of one customer; a UUID is best. Printable ASCII, ' +
        'quoted or bare. Requests that are refused before an order or attempt exists leave the key free. Without a ' +
        'key, a request that is sent twice is carried out twice.',
    }),
});
