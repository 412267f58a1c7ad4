import { spawn, spawnSync } from 'node:child_process';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Target } from '../../calls/target.ts';
import { freePort } from '../../lib/port.ts';
import { unpinned } from '../../lib/process/pinned.ts';

const join = (port: number): Promise<NatsConnection> =>
  connect({ servers: `127.0.0.1:${port}`, waitOnFirstConnect: true, maxReconnectAttempts: 200, reconnectTimeWait: 50 });

/** A broker between the two; it runs on whichever core is free, and its time counts as the server's. */
export const nats: Target = {
  name: 'nats',
  what: "NATS request/reply over nats-server, JSON; the broker is not pinned and its CPU and memory count as the server's",
  tone: 'rival',
  slow: true,
  missing: () =>
    spawnSync('nats-server', ['--version']).status === 0
      ? undefined
      : 'nats was left out: there is no nats-server on PATH (Debian: apt-get install nats-server).',
  async serve(workload) {
    const port = await freePort();
    const [command, ...args] = unpinned(['nats-server', '--addr', '127.0.0.1', '--port', String(port)]);
    const broker = spawn(command, args, { stdio: 'ignore' });
    process.once('exit', () => broker.kill('SIGKILL'));
    const connection = await join(port);
    connection.subscribe(workload.cmd, {
      callback: (error, message) => {
        if (error === null) message.respond(JSON.stringify(workload.answer(message.json())));
      },
    });
    await connection.flush();
    return { port, ...(broker.pid === undefined ? {} : { brokerPid: broker.pid }) };
  },
  async connect(port, workload) {
    const connection = await join(port);
    const options = { timeout: 30_000 };
    return {
      async call() {
        const message = await connection.request(workload.cmd, JSON.stringify(workload.request), options);
        return message.json();
      },
    };
  },
};
