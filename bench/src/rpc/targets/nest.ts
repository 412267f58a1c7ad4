import { createServer } from 'node:net';
import { ClientTCP, ServerTCP } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { portOf } from '../../lib/port.ts';
import type { Target } from '../target.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const port = portOf(server);
      server.close(() => resolve(port));
    });
  });

/** Nest's TCP transport without an application around it: no pipes, guards or interceptors. */
export const nestTcp: Target = {
  name: 'nest-tcp',
  what: '@nestjs/microservices TCP, bare transport',
  tone: 'rival',
  async serve(workload) {
    const port = await freePort();
    const server = new ServerTCP({ host: '127.0.0.1', port });
    server.addHandler({ cmd: workload.cmd }, async (data: unknown) => workload.answer(data));
    await new Promise<void>((resolve) => {
      server.listen(() => resolve());
    });
    return { port };
  },
  async connect(port, workload) {
    const client = new ClientTCP({ host: '127.0.0.1', port });
    await client.connect();
    return { call: () => firstValueFrom(client.send({ cmd: workload.cmd }, workload.request)) };
  },
};
