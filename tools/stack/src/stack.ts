import { rm, writeFile } from 'node:fs/promises';
import { embeddedUrl } from '@shop/kit/embedded-postgres';
import { type DataDir, openDataDir } from './data-dir/data-dir.ts';
import { keptSecrets } from './data-dir/secrets.ts';
import { takeDataDir } from './data-dir/take.ts';
import { createGuard } from './guard/guard.ts';
import { chooseEngine, type MongoEngine } from './mongo/engine.ts';
import { mongoPart, mongoUri } from './mongo/part.ts';
import { portChoices } from './ports/choices.ts';
import { choosePorts } from './ports/ports.ts';
import { clearOrphan } from './postgres/orphan.ts';
import { createDatabases, postgresPart } from './postgres/server.ts';
import { Part, type PartEvent } from './process/part.ts';
import type { PartName, PartSpec } from './process/spec.ts';
import { DEMO_EMAIL, login } from './shop/login.ts';
import { waitUntilReady } from './shop/readiness.ts';
import { calledServices, DATABASES, orderPart, PORT_KEYS, type Ports, sandboxPart, type Topology } from './topology.ts';

export interface StackOptions {
  /** Where everything is kept. */
  readonly dataDir: string;
  /** Each port; 0 or none for a free one. */
  readonly ports?: Partial<Ports>;
  /** The address of the HTTP gateway; everything else is on the loopback. Default 127.0.0.1. */
  readonly host?: string;
  /** A MongoDB to use in place of the one that the stack would start. */
  readonly mongoUri?: string;
  /** A PostgreSQL server to use; its user may create databases, or `user`, `product` and `payment` exist. */
  readonly postgresUrl?: string;
  /** Puts something between a part and the parts that call it: answers the port that those dial. Default its own. */
  readonly between?: (part: keyof Ports, port: number) => Promise<number>;
  /** Waited for before a part that died is started again. Default a delay that grows with its deaths. */
  readonly beforeRestart?: (part: PartName, delayMs: number) => Promise<void>;
  /** Hears what happens to the parts, until the stack has stopped. */
  readonly onEvent?: (event: PartEvent) => void;
  /** Gives the boot up; what was started is stopped before the promise rejects. */
  readonly signal?: AbortSignal;
}

/** A shop that runs. */
export interface Stack {
  readonly urls: { readonly order: string; readonly docs: string; readonly sandbox: string };
  readonly ports: Ports;
  readonly dataDir: DataDir;
  readonly engine: MongoEngine;
  readonly login: { readonly email: string; readonly password: string };
  /** An access token of the demo user, made when the stack became ready; `login()` makes a fresh one. */
  readonly token: string;
  /** The pids as they are now; a restart changes them. */
  pids(): Partial<Record<PartName, number>>;
  /** Kills a part as a fault would. It comes back. */
  kill(name: PartName): void;
  /** Stops everything in reverse order; asked again, it is the same stop. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  abort(): void;
}

/**
 * Boots the whole shop as processes and resolves when an order can be placed.
 * @throws {PortsTakenError} when a port that was asked for is taken.
 * @throws {DataDirInUseError} when another stack runs on the same data.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = await openDataDir(options.dataDir);
  const release = await takeDataDir(dataDir, (note) => options.onEvent?.({ type: 'starting', part: 'guard', note }));
  const started: Part[][] = [];
  try {
    return await boot(options, dataDir, release, started);
  } catch (cause) {
    await stopAll(started);
    release();
    throw cause;
  }
}

async function boot(options: StackOptions, dataDir: DataDir, release: () => void, started: Part[][]): Promise<Stack> {
  const onEvent = options.onEvent ?? (() => {});
  const host = options.host ?? '127.0.0.1';
  const secrets = await keptSecrets(dataDir.secrets);
  const engine = await chooseEngine({ uri: options.mongoUri, directory: dataDir.mongo, path: process.env.PATH ?? '' });
  // A server that outlived its stack and its guard would hold the port that is about to be checked.
  if (options.postgresUrl === undefined) await clearOrphan(dataDir.postgres);
  const ports = await choosePorts(
    portChoices(options.ports ?? {}, host, {
      ownPostgres: options.postgresUrl === undefined,
      ownMongo: engine.kind !== 'uri',
    }),
  );

  const guard = createGuard(dataDir.guardLock, { logDirectory: dataDir.logs, onEvent });
  const { beforeRestart } = options;
  const partOptions = { logDirectory: dataDir.logs, pids: guard.pids, onEvent, beforeRestart };
  const start = async (specs: readonly PartSpec[]): Promise<void> => {
    const parts = specs.map((spec) => new Part(spec, partOptions));
    started.push(parts);
    await startAll(parts, options.signal);
  };
  started.push([guard.part]);
  await startAll([guard.part], options.signal);

  const dialed = await dialedPorts(ports, options.between);
  const cluster = { directory: dataDir.postgres, password: secrets.postgresPassword, port: ports.postgres };
  const adminUrl = options.postgresUrl ?? embeddedUrl(ports.postgres, secrets.postgresPassword, 'postgres');
  const topology: Topology = {
    ports,
    dialed,
    host,
    secrets,
    dataDir,
    databaseUrl: (name) =>
      withDatabase(options.postgresUrl ?? embeddedUrl(dialed.postgres, secrets.postgresPassword, 'postgres'), name),
    mongoUri: mongoUri(engine, dialed.mongo),
  };
  const mongo = mongoPart(engine, ports.mongo);
  await start([
    ...(options.postgresUrl === undefined ? [await postgresPart(cluster)] : []),
    ...(mongo ? [mongo] : []),
    sandboxPart(topology),
  ]);
  await createDatabases(adminUrl, DATABASES);
  await start(calledServices(topology));
  await start([orderPart(topology)]);

  const order = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${ports.http}`;
  await waitUntilReady(order, options.signal);
  const token = await login(order, secrets.demoPassword);
  await writeFile(dataDir.owner, `${JSON.stringify({ pid: process.pid, url: order })}\n`);
  const parts = started.flat();
  let stopped: Promise<void> | undefined;
  return {
    urls: { order, docs: `${order}/docs`, sandbox: `http://127.0.0.1:${ports.sandbox}` },
    ports,
    dataDir,
    engine,
    login: { email: DEMO_EMAIL, password: secrets.demoPassword },
    token,
    pids: () => Object.fromEntries(parts.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]]))),
    kill: (name) => parts.find((part) => part.name === name)?.kill(),
    abort: () => {
      for (const part of parts.toReversed()) part.abort();
    },
    stop: () => {
      stopped ??= stopAll(started)
        .then(() => rm(dataDir.owner, { force: true }))
        .then(release);
      return stopped;
    },
  };
}

async function startAll(parts: readonly Part[], signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const given = Promise.withResolvers<never>();
  const giveUp = (): void => given.reject(signal?.reason);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await Promise.race([Promise.all(parts.map((part) => part.start())), given.promise]);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** Group by group, the last that started first; the members of a group side by side. */
async function stopAll(groups: readonly (readonly Part[])[]): Promise<void> {
  for (const parts of groups.toReversed()) await Promise.all(parts.map((part) => part.stop()));
}

async function dialedPorts(ports: Ports, between: StackOptions['between']): Promise<Ports> {
  if (between === undefined) return ports;
  const dialed = await Promise.all(PORT_KEYS.map(async (key) => [key, await between(key, ports[key])] as const));
  return { ...ports, ...Object.fromEntries(dialed) };
}

function withDatabase(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
