// The face of a service: a value that both sides import. Each key is a command's name on the wire.
import { contract, reason, unary } from 'cmdrpc/contract';
import { z } from 'zod';

export const greeter = contract(
  'greeter',
  { version: '1.0.0' },
  {
    greet: unary({
      summary: 'Greets somebody who has a name',
      input: z.object({ name: z.string() }),
      output: z.object({ text: z.string() }),
      effect: 'read',
      timeoutMs: 1_000,
      errors: { nobody_there: reason('not_found', z.object({ looked: z.number() })) },
    }),
  },
);
