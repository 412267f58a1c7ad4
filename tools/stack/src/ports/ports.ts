import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';

/** A port that the stack listens on: what for, and the variable that moves it. */
export interface PortChoice {
  readonly variable: string;
  readonly what: string;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** Ports that somebody else listens on; the message names each of them and the variable to change. */
export class PortsTakenError extends Error {
  override readonly name = 'PortsTakenError';

  constructor(taken: readonly PortChoice[]) {
    const lines = taken.map(
      ({ port, what, variable }) =>
        `  ${port} (${what}): free it, or choose another port with ${variable}, for example ${variable}=0 for any`,
    );
    super([`port${taken.length > 1 ? 's' : ''} in use:`, ...lines].join('\n'));
  }
}

/**
 * Below the range from which systems pick the ports of outgoing connections (32768 and up on Linux, 49152 and up
 * elsewhere): while a part restarts, no connection of ours or of others can sit on its port.
 */
const FREE_FROM = 20_000;
const FREE_TO = 32_000;
const TRIES = 200;

/**
 * Chooses all ports at once.
 * @throws {PortsTakenError} naming every port that is taken.
 * @throws {Error} when two of them are the same.
 */
export async function choosePorts<K extends string>(
  choices: Readonly<Record<K, PortChoice>>,
): Promise<Record<K, number>> {
  const entries = Object.entries<PortChoice>(choices);
  refuseTwins(entries.map(([, choice]) => choice));
  const fixed = entries.map(([, choice]) => choice).filter(({ port }) => port !== 0);
  const free = await Promise.all(fixed.map(({ host, port }) => isFree(host, port)));
  const taken = fixed.filter((_, index) => !free[index]);
  if (taken.length > 0) throw new PortsTakenError(taken);
  const chosen = new Set(fixed.map(({ port }) => port));
  const ports: [string, number][] = [];
  for (const [key, { host, port }] of entries) {
    const number = port === 0 ? await freePort(host, chosen) : port;
    chosen.add(number);
    ports.push([key, number]);
  }
  // Built from the keys of `choices`, each exactly once.
  return Object.fromEntries(ports) as Record<K, number>;
}

function refuseTwins(choices: readonly PortChoice[]): void {
  for (const { port, variable } of choices) {
    const twin = choices.find((other) => other.variable !== variable && other.port === port && port !== 0);
    if (twin) throw new Error(`${variable} and ${twin.variable} are both ${port}; each part needs a port of its own`);
  }
}

async function freePort(host: string, chosen: ReadonlySet<number>): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FREE_FROM, FREE_TO);
    if (!chosen.has(port) && (await isFree(host, port))) return port;
  }
  throw new Error(`no free port from ${FREE_FROM} to ${FREE_TO} in ${TRIES} tries`);
}

/** Binding alone would miss a listener on all addresses on systems that let a narrower one share the port. */
async function isFree(host: string, port: number): Promise<boolean> {
  if (await answers(port)) return false;
  const server = createServer();
  try {
    await listen(server, host, port);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'EADDRINUSE' || cause.code === 'EACCES'))
      return false;
    throw cause;
  } finally {
    server.close();
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port, exclusive: true }, resolve);
  return promise;
}

const ANSWER_MS = 500;

/** Whether something accepts connections on this port of the loopback. */
export function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port });
  const end = (answer: boolean) => (): void => {
    socket.destroy();
    resolve(answer);
  };
  socket.setTimeout(ANSWER_MS, end(false));
  socket.once('connect', end(true));
  socket.once('error', end(false));
  return promise;
}
