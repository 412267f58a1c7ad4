import { createServer } from 'node:net';
import { ClientTCP, ServerTCP } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import type { Target } from '../target.ts';
import { ASKED, lookUp } from '../workload.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** Nest's TCP transport without an application around it: no pipes, guards or interceptors. */
export const nestTcp: Target = {
  name: 'nest-tcp',
  what: '@nestjs/microservices TCP, bare transport',
  async serve() {
    const port = await freePort();
    const server = new ServerTCP({ host: '127.0.0.1', port });
    server.addHandler({ cmd: 'get_products_info' }, async (data: typeof ASKED) => lookUp(data.productIds));
    await new Promise<void>((resolve) => {
      server.listen(() => resolve());
    });
    return { port, close: async () => void server.close() };
  },
  async connect(port) {
    const client = new ClientTCP({ host: '127.0.0.1', port });
    await client.connect();
    return {
      call: () => firstValueFrom(client.send({ cmd: 'get_products_info' }, ASKED)),
      close: async () => client.close(),
    };
  },
};
