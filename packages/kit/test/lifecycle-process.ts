import { createServer } from 'node:net';
import { ConfigError, runMain } from '../src/index.ts';

// A process for the tests of the lifecycle; its one argument says how it goes wrong.
const mode = process.argv[2];
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

runMain('probe', async (app) => {
  app.onStop('first', () => say('first stopped'));
  app.onStop('second', async () => say('second stopped'));
  if (mode === 'bad-config') throw new ConfigError([{ key: 'DB_URL', message: 'is missing' }]);
  if (mode === 'stop-fails') app.onStop('third', () => Promise.reject(new Error('stuck')));
  if (mode === 'stop-hangs') app.onStop('third', () => say('hanging') && new Promise(() => {}));
  if (mode === 'port-taken') {
    const port = Number(process.argv[3]);
    await app.listening('TCP_PORT', port, () => listen(port));
  }
  const { port, server } = await app.listening('TCP_PORT', 0, () => listen(0));
  app.onStop('server', () => server.close());
  if (mode === 'uncaught') setImmediate(() => JSON.parse('{"secret":'));
  if (mode === 'unhandled') setImmediate(() => void Promise.reject(new Error('nobody listens')));
  return { port };
});

async function listen(port: number) {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: '127.0.0.1', port }, resolve);
  await promise;
  const address = server.address();
  return { server, port: typeof address === 'object' ? address?.port : undefined };
}
