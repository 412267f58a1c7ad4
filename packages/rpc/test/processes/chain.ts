import { contract, unary } from 'cmdrpc/contract';
import { z } from 'zod';

const hop = z.object({ name: z.string(), remainingMs: z.number() });

/** What each process of a chain serves, and asks the next one for. */
export const chain = contract(
  'chain',
  { version: '1.0.0' },
  {
    /** Each process on the way, and what it had left when it was asked. */
    walk: unary({ input: z.null(), output: z.array(hop), effect: 'read' }),
    /** Ends only by being cancelled. */
    wait: unary({ input: z.null(), output: z.null(), effect: 'read' }),
  },
);
