import { createClient, createServer } from 'cmdrpc';
import { chain } from './chain.ts';
import { jsonLogger, say } from './say.ts';

// One process of a chain: node chain-hop.ts <name> [target of the next]
const [name = '', target] = process.argv.slice(2);
const logger = jsonLogger({ service: name });
const next = target === undefined ? undefined : createClient(chain, { target, name });

const server = createServer({ name, logger }).implement(chain, {
  walk: async (_, ctx) => {
    const here = { name, remainingMs: ctx.remainingMs() };
    ctx.logger.info({}, 'walked through');
    return [here, ...((await next?.walk(null)) ?? [])];
  },
  wait: async (_, ctx) => {
    const cancelled = new Promise<void>((resolve) => {
      ctx.signal.addEventListener('abort', () => {
        // The monotonic clock is one for all processes of a machine.
        ctx.logger.info({ atMs: Number(process.hrtime.bigint()) / 1e6 }, 'cancelled');
        resolve();
      });
    });
    ctx.logger.info({}, 'waiting');
    await (next === undefined ? cancelled : next.wait(null));
    return null;
  },
});
const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
say({ ready: true, port });
