// Two services: `front` calls `back`. A deadline shrinks on its way, a cancellation arrives at the far end, and one
// correlation id is seen at both; no handler passes any of them on by hand.
// Run: node examples/deadlines-and-cancel/main.ts
import { createClient, createServer, type RpcError, withContext } from 'cmdrpc';
import { contract, unary } from 'cmdrpc/contract';
import { z } from 'zod';

const back = contract(
  'back',
  { version: '1.0.0' },
  { slow_work: unary({ input: z.object({}), output: z.string(), effect: 'read' }) },
);
const front = contract(
  'front',
  { version: '1.0.0' },
  { do_work: unary({ input: z.object({}), output: z.string(), effect: 'read', timeoutMs: 2_000 }) },
);

const cancelled = Promise.withResolvers<string>();
let reached = Promise.withResolvers<void>();
const backServer = createServer({ name: 'back' }).implement(back, {
  slow_work: (_input, ctx) =>
    new Promise((_resolve, reject) => {
      console.log(`back: ${ctx.correlationId}, less than 2 000 ms left: ${ctx.remainingMs() < 2_000}`);
      reached.resolve();
      // The signal is made when it is first read, so handlers that never look pay nothing for it.
      ctx.signal.addEventListener('abort', () => {
        cancelled.resolve('back: told to stop');
        reject(ctx.signal.reason);
      });
    }),
});
const backAddress = await backServer.listen({ host: '127.0.0.1', port: 0 });
const backClient = createClient(back, { target: `tcp://127.0.0.1:${backAddress.port}` });

const frontServer = createServer({ name: 'front' }).implement(front, {
  do_work: () => backClient.slow_work({}), // Inherits deadline, cancellation and correlation id.
});
const frontAddress = await frontServer.listen({ host: '127.0.0.1', port: 0 });
const frontClient = createClient(front, { target: `tcp://127.0.0.1:${frontAddress.port}` });

await Promise.all([frontClient.$.ready(), backClient.$.ready()]);

const late = await withContext({ correlationId: 'request-1' }, () => frontClient.do_work.safe({}, { timeoutMs: 500 }));
// The same deadline ends the call at `back`, `front` and here; whichever side is first says so.
console.log(`caller: ${late.error?.code}`);
console.log(await cancelled.promise);

const caller = new AbortController();
reached = Promise.withResolvers();
const call = frontClient.do_work.safe({}, { signal: caller.signal, correlationId: 'request-2' });
await reached.promise;
caller.abort(new Error('the user left'));
console.log(`caller: ${summary((await call).error)}`);

await Promise.all([frontClient.$.close(), backClient.$.close()]);
await Promise.all([frontServer.close(), backServer.close()]);

function summary(error: RpcError | undefined): string {
  return error === undefined ? 'answered' : `${error.code}, ${error.reason}, delivery ${error.delivery}`;
}
