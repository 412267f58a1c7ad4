// Serves the contract until Ctrl-C, then finishes what is running.
// Run: node examples/hello/server.ts [port]
import { createServer } from 'cmdrpc';
import { greeter } from './contract.ts';

const server = createServer({ name: 'greeter' }).implement(greeter, {
  greet: ({ name }, ctx) => {
    if (name === '') throw ctx.errors.nobody_there({ looked: 1 }, 'nobody to greet');
    return { text: `hello, ${name}` };
  },
});

const { port } = await server.listen({ host: '127.0.0.1', port: Number(process.argv[2] ?? 4000) });
console.log(`listening on tcp://127.0.0.1:${port}`);

const close = async (): Promise<void> => {
  const report = await server.close({ drainMs: 5_000 });
  console.log(`closed: ${report.completed} completed, ${report.aborted} aborted`);
};
process.once('SIGINT', () => void close());
process.once('SIGTERM', () => void close());
