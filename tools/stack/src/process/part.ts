import { setTimeout as wait } from 'node:timers/promises';
import { logPath, rotateLog } from '../data-dir/log-file.ts';
import { describeExit, launch, type Running } from './launch.ts';
import type { PartName, PartSpec } from './spec.ts';

/** What happens to a part, for whoever tells the user. */
export type PartEvent =
  | { readonly type: 'starting' | 'stopping' | 'stopped' | 'killed'; readonly part: PartName; readonly note?: string }
  | { readonly type: 'ready' | 'back'; readonly part: PartName; readonly afterMs: number; readonly note?: string }
  | {
      readonly type: 'died';
      readonly part: PartName;
      readonly how: string;
      readonly restartInMs: number;
      readonly deaths: number;
    };

/** Who hears of processes that come and go: the guard stops what is left when this process is killed. */
export interface PidRegister {
  add(pid: number, spec: PartSpec): void;
  remove(pid: number): void;
}

export interface PartOptions {
  readonly logDirectory: string;
  readonly pids: PidRegister;
  readonly onEvent: (event: PartEvent) => void;
  /** Waited for before a part that died is started again. Default the delay that grows with its deaths. */
  readonly beforeRestart?: ((part: PartName, delayMs: number) => Promise<void>) | undefined;
}

const FIRST_DELAY_MS = 200;
/** A part in a crash loop is tried this often, and each time is said. */
const MAX_DELAY_MS = 15_000;
/** After so long a life an earlier crash says nothing about the next one. */
const STABLE_AFTER_MS = 30_000;

/** One process of the stack, kept alive: it is started, restarted with growing delays when it dies, and stopped. */
export class Part {
  readonly #spec: PartSpec;
  readonly #options: PartOptions;
  readonly #stopping = new AbortController();
  #running: Running | undefined;
  #supervision: Promise<void> = Promise.resolve();

  constructor(spec: PartSpec, options: PartOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  get name(): PartName {
    return this.#spec.name;
  }

  /** The pid of the process as it runs now; a restart changes it. */
  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** The pipe that ends with this process. */
  get stdin(): Running['stdin'] {
    return this.#running?.stdin ?? null;
  }

  /**
   * Starts the process and resolves when it is ready; from then on a death is answered by a restart.
   * @throws {Error} with the end of its log when the first start fails. It is not tried again.
   */
  async start(): Promise<void> {
    const { name: part, note } = this.#spec;
    this.#stopping.signal.throwIfAborted();
    this.#say({ type: 'starting', part, ...(note !== undefined && { note }) });
    await rotateLog(logPath(this.#options.logDirectory, part));
    const launched = this.#launch({ type: 'ready', ...(note !== undefined && { note }) });
    // A failed start is told to the caller; a stop in the meantime waits for it all the same.
    this.#supervision = launched.then(
      (running) => this.#supervise(running),
      () => {},
    );
    await launched;
  }

  /** Stops it, with SIGKILL after its grace, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const running = this.#running;
    if (running) {
      const { name: part, stopGraceMs, stopSignal } = this.#spec;
      this.#say({ type: 'stopping', part });
      const clock = setTimeout(() => {
        this.#say({ type: 'killed', part, note: `not stopped in ${stopGraceMs / 1_000} s` });
        running.signal('SIGKILL');
      }, stopGraceMs);
      if (this.#spec.leash) running.stdin?.end();
      else running.signal(stopSignal);
      await running.exited;
      clearTimeout(clock);
      this.#say({ type: 'stopped', part });
    }
    await this.#supervision;
  }

  /** Ends it at once. */
  abort(): void {
    this.#stopping.abort();
    this.#running?.signal(this.#spec.abortSignal ?? 'SIGKILL');
  }

  /** Kills the process as a fault would; it will be restarted. */
  kill(): void {
    this.#running?.signal('SIGKILL');
  }

  async #launch(when: { readonly type: 'ready' | 'back'; readonly note?: string }): Promise<Running> {
    const startedAt = performance.now();
    const running = await launch(this.#spec, this.#options.logDirectory);
    this.#running = running;
    this.#options.pids.add(running.pid, this.#spec);
    const forget = (): void => {
      this.#options.pids.remove(running.pid);
      if (this.#running === running) this.#running = undefined;
    };
    running.exited.then(forget, forget);
    if (this.#stopping.signal.aborted) running.signal(this.#spec.stopSignal);
    try {
      await running.ready;
    } catch (cause) {
      running.signal('SIGKILL');
      await running.exited;
      throw cause;
    }
    this.#say({ ...when, part: this.#spec.name, afterMs: performance.now() - startedAt });
    return running;
  }

  async #supervise(first: Running): Promise<void> {
    const { signal } = this.#stopping;
    let running = first;
    let readyAt = performance.now();
    let deaths = 0;
    for (let how = ''; ; ) {
      if (how === '') how = describeExit(await running.exited);
      if (signal.aborted) return;
      deaths = performance.now() - readyAt > STABLE_AFTER_MS ? 1 : deaths + 1;
      const restartInMs = Math.min(FIRST_DELAY_MS * 2 ** (deaths - 1), MAX_DELAY_MS);
      this.#say({ type: 'died', part: this.#spec.name, how, restartInMs, deaths });
      try {
        await this.#beforeRestart(restartInMs, signal);
        running = await this.#launch({ type: 'back' });
        readyAt = performance.now();
        how = '';
      } catch (cause) {
        if (signal.aborted) return;
        how = cause instanceof Error ? cause.message : String(cause);
      }
    }
  }

  async #beforeRestart(delayMs: number, signal: AbortSignal): Promise<void> {
    const { beforeRestart } = this.#options;
    if (beforeRestart === undefined) {
      await wait(delayMs, undefined, { signal });
      return;
    }
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([beforeRestart(this.#spec.name, delayMs), stopped]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #say(event: PartEvent): void {
    this.#options.onEvent(event);
  }
}
