import { createServer } from 'cmdrpc';
import { lab } from '../fixture.ts';
import { say } from './say.ts';

// One instance of a service: node lab-server.ts <port> [idleMs]. Stopped by SIGTERM, as an orchestrator does.
const [port = '0', idleMs = '60000'] = process.argv.slice(2);
const here = async (input: unknown) => {
  await new Promise((resolve) => setTimeout(resolve, 2));
  return { input, pid: process.pid };
};
const server = createServer({ limits: { idleMs: Number(idleMs) } }).implement(lab, {
  look: here,
  put: here,
  pay: here,
  price: () => ({ total: 0 }),
  happened: () => undefined,
});
process.once('SIGTERM', () => {
  server.close({ drainMs: 20_000 }).then(
    (report) => say({ closed: true, ...report }),
    (error: unknown) => {
      process.exitCode = 1;
      say({ failed: String(error) });
    },
  );
});
const address = await server.listen({ host: '127.0.0.1', port: Number(port) });
say({ ready: true, port: address.port, pid: process.pid });
