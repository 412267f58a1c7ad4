import type { Text } from '../../workloads/text.ts';
import { framedLimit } from './framed.ts';

/** What it takes to hand a text over that was one before: the share of the platform in a call with a large one. */
export const text = framedLimit(
  {
    name: 'limit-text',
    what: 'length prefix and nothing but the text as UTF-8, made into a string at each end',
    workloads: ['text-100kb'],
  },
  () => ({
    encode: (value) => Buffer.from((value as Text).text),
    decode: (body): Text => ({ text: body.toString() }),
  }),
);
