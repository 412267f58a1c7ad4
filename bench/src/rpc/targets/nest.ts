import { ClientTCP, ServerTCP } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import type { Target } from '../../calls/target.ts';
import { freePort } from '../../lib/port.ts';

/** Nest's TCP transport without an application around it: no pipes, guards or interceptors. */
export const nestTcp: Target = {
  name: 'nest-tcp',
  what: '@nestjs/microservices TCP, bare transport: no application, pipes, guards or interceptors',
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
