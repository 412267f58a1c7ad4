import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PartEvent, type PartName, type Stack, startStack } from '@shop/stack';
import { type ChaosProxy, chaosProxy } from 'cmdrpc/testing';
import { eventually } from '../harness/eventually.ts';
import { LINKS, type LinkName, PROCESSES, type ProcessName } from './schedule.ts';

/** What every time of recovery is multiplied by. */
export const TIME_SCALE = 0.03;

/** Read by every process of the shop. Breakers try again as soon as the scaled times would have them. */
const SETTINGS = {
  RECOVERY_TIME_SCALE: String(TIME_SCALE),
  RPC_BREAKER_RESET_MS: '300',
  RATE_LIMIT_ENABLED: 'false',
  // What is said at this level is searched for secrets as well.
  LOG_LEVEL: 'debug',
};

const READY_WITHIN_MS = 60_000;
/** From a death to the next start. */
const RESTART_AFTER_MS = 30;

/** A whole shop of real processes, every link of which runs through a proxy. */
export interface FaultShop {
  readonly stack: Stack;
  /** Where customers go: through the proxy. */
  readonly url: string;
  readonly links: Readonly<Record<LinkName, ChaosProxy>>;
  /** The payment service's tables, past the proxy. */
  readonly paymentDbUrl: string;
  /** What the provider asks of who calls it. */
  readonly providerKey: string;
  /** The order service's database, past the proxy. */
  readonly mongoUri: string;
  /** What happened to the processes so far. */
  readonly events: readonly PartEvent[];
  pid(name: ProcessName): number | undefined;
  /** Sends a signal to a process and, where it is fatal, expects it to die. False when it does not run. */
  signal(name: ProcessName, signal: NodeJS.Signals): boolean;
  /** Keeps a process from being started again until the answer is called. */
  hold(name: ProcessName): () => void;
  /** Resolves when every process runs and the gateway is ready. */
  ready(): Promise<void>;
  /** Deaths that nobody here caused, in words; emptied by asking. */
  takeUnexpectedDeaths(): string[];
  /** Stops everything, cleanly or not at all: answers with what did not stop cleanly. */
  stop(): Promise<string[]>;
  /** After `stop`. */
  removeData(): Promise<void>;
}

/** Boots a shop on free ports with data of its own. */
export async function bootFaultShop(): Promise<FaultShop> {
  Object.assign(process.env, SETTINGS);
  const dataDir = await mkdtemp(join(tmpdir(), 'shop-faults-'));
  const links: Partial<Record<LinkName, ChaosProxy>> = {};
  const lives = createLives();
  const holds = new Map<PartName, Promise<void>>();
  const stack = await startStack({
    dataDir,
    onEvent: lives.onEvent,
    between: async (link, port) => {
      const proxy = await chaosProxy({ target: `tcp://127.0.0.1:${port}` });
      links[link] = proxy;
      return proxy.port;
    },
    beforeRestart: async (part) => {
      await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS));
      await holds.get(part);
    },
  });
  const secrets = JSON.parse(await readFile(stack.dataDir.secrets, 'utf8')) as {
    readonly postgresPassword: string;
    readonly tossSecretKey: string;
  };
  const all = links as Record<LinkName, ChaosProxy>;
  return {
    stack,
    url: `http://127.0.0.1:${all.http.port}`,
    links: all,
    paymentDbUrl: `postgres://postgres:${secrets.postgresPassword}@127.0.0.1:${stack.ports.postgres}/payment`,
    providerKey: secrets.tossSecretKey,
    mongoUri: `mongodb://127.0.0.1:${stack.ports.mongo}/order`,
    events: lives.said,
    pid: (name) => stack.pids()[name],
    signal(name, signal) {
      const pid = stack.pids()[name];
      if (pid === undefined) return false;
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') lives.expectDeath(name);
      return sent(pid, signal);
    },
    hold(name) {
      const { promise, resolve } = Promise.withResolvers<void>();
      holds.set(name, promise);
      return () => {
        resolve();
        if (holds.get(name) === promise) holds.delete(name);
      };
    },
    ready: async () => {
      await eventually('every process runs', READY_WITHIN_MS, () => lives.allUp() || undefined);
      await eventually('the gateway is ready', READY_WITHIN_MS, async () => {
        const answer = await fetch(`${stack.urls.order}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
          () => undefined,
        );
        await answer?.arrayBuffer();
        return answer?.ok || undefined;
      });
    },
    takeUnexpectedDeaths: lives.takeUnexpected,
    async stop() {
      const said = lives.said.length;
      await stack.stop();
      await Promise.all(LINKS.map((link) => all[link].close()));
      return lives.said
        .slice(said)
        .flatMap((event) => (event.type === 'killed' ? [`${event.part} was killed: ${event.note}`] : []));
    },
    removeData: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** Follows who lives, and who died without being told to. */
function createLives() {
  const up = new Set<PartName>();
  const doomed = new Set<PartName>();
  const unexpected: string[] = [];
  const said: PartEvent[] = [];
  return {
    said,
    onEvent(event: PartEvent): void {
      said.push(event);
      if (event.type === 'ready' || event.type === 'back') {
        up.add(event.part);
        doomed.delete(event.part);
      }
      if (event.type !== 'died') return;
      // One that does not come up while what it needs is away is started again; only a life that ends is told.
      if (up.delete(event.part) && !doomed.has(event.part)) unexpected.push(`${event.part} died: ${event.how}`);
    },
    expectDeath: (name: PartName) => void doomed.add(name),
    allUp: () => PROCESSES.every((name) => up.has(name) && !doomed.has(name)),
    takeUnexpected: () => unexpected.splice(0),
  };
}

function sent(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // ESRCH: it has just died.
    return false;
  }
}
