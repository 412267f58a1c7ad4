import { ConfigError } from './env/parse-env.ts';
import { createLogger, type Logger } from './logger.ts';
import { sayReady } from './workers/ready-message.ts';

/** Milliseconds for all stop functions together; under the 30 s after which orchestrators kill. */
const STOP_GRACE_MS = 25_000;

type Stop = () => unknown;

/**
 * A second signal that follows the first within this many milliseconds is the same key press: a terminal signals the
 * whole group, and the launchers in it pass theirs on.
 */
const ECHO_MS = 500;

/** What a starting process hands its parts to. */
export interface App {
  /** Aborted when the process begins to stop. */
  readonly signal: AbortSignal;
  /** From here on the lifecycle's own lines go to this logger. */
  useLogger(logger: Logger): void;
  /** Registers a stop function; they run one after the other in reverse order. */
  onStop(name: string, stop: Stop): void;
  /** Runs `listen`; a port that is taken is refused with the variable that moves it. */
  listening<T>(variable: string, port: number, listen: () => Promise<T>): Promise<T>;
}

/** A start that failed for a reason its user can mend; the message is all there is to say. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/**
 * Runs a process: boots it, prints one JSON line on stdout when it is ready (`{ready, service, ...fields}`; a worker
 * tells its supervisor instead), and stops
 * its parts in reverse order on SIGTERM or SIGINT within 25 s. A second signal, half a second later or more, exits at
 * once with code 1.
 * A boot that fails stops what was started and exits with code 1; a bad configuration and a taken port are said in
 * plain words on stderr. An error that nobody caught is logged without its data and exits with code 1.
 */
export function runMain(name: string, boot: (app: App) => Promise<object>): void {
  const stops: { readonly name: string; readonly stop: Stop }[] = [];
  const stopping = new AbortController();
  let logger = createLogger({ name });

  const stopAll = async (): Promise<boolean> => {
    const deadline = performance.now() + STOP_GRACE_MS;
    let clean = true;
    // Popped one by one: a part that boot registers while we stop is stopped as well.
    for (let part = stops.pop(); part !== undefined; part = stops.pop()) {
      try {
        await withinMs(Math.max(0, deadline - performance.now()), part.stop);
      } catch (err) {
        clean = false;
        logger.error({ part: part.name, err }, 'part did not stop cleanly');
      }
    }
    return clean;
  };

  let firstSignalMs = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping.signal.aborted) {
      if (performance.now() - firstSignalMs >= ECHO_MS) process.exit(1);
      return;
    }
    firstSignalMs = performance.now();
    stopping.abort();
    logger.info({ signal }, 'stopping');
    void stopAll().then((clean) => {
      logger.info({}, 'stopped');
      process.exit(clean ? 0 : 1);
    });
  };
  const onUncaught = (err: unknown): void => {
    // Nobody knows what state is left, so nothing is stopped in order: what matters is durable already.
    logger.fatal({ err }, 'uncaught error');
    process.exit(1);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);

  const app: App = {
    signal: stopping.signal,
    useLogger: (given) => {
      logger = given;
    },
    onStop: (part, stop) => {
      stops.push({ name: part, stop });
    },
    listening,
  };

  const start = async (): Promise<void> => {
    try {
      const fields = await boot(app);
      if (stopping.signal.aborted) return;
      sayReady(name, fields);
      // The ready line is for the parent alone and may hold a URL with a password; the log gets none of it but the port.
      logger.info('port' in fields ? { port: fields.port } : {}, 'started');
    } catch (err) {
      // A signal during boot makes boot fail; the stop is under way and ends the process.
      if (stopping.signal.aborted) return;
      if (err instanceof ConfigError || err instanceof StartError) process.stderr.write(`${name}: ${err.message}\n`);
      else logger.fatal({ err }, 'start failed');
      await stopAll();
      process.exit(1);
    }
  };
  void start();
}

async function listening<T>(variable: string, port: number, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (err) {
    const code = err instanceof Error && 'code' in err ? err.code : undefined;
    if (code === 'EADDRINUSE')
      throw new StartError(`port ${port} is taken; free it or choose another with ${variable}`, { cause: err });
    if (code === 'EACCES')
      throw new StartError(`port ${port} may not be opened by this user; choose another with ${variable}`, {
        cause: err,
      });
    throw err;
  }
}

async function withinMs(graceMs: number, stop: Stop): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not stopped in ${Math.round(graceMs)} ms`)), graceMs);
  try {
    await Promise.race([stop(), late]);
  } finally {
    clearTimeout(timer);
  }
}
