import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from './provider-error.ts';

// Everything else is decided in one turn of the event loop, so only paused requests can pile up in memory.
const MAX_PAUSED_REQUESTS = 1_000;

/** How a pause ended. */
export type PauseEnd = 'elapsed' | 'closing';

/** Owns the timers of requests that are kept waiting, and ends them all when the sandbox stops. */
export class Pauses {
  readonly #closing = new AbortController();
  #paused = 0;

  /**
   * Waits `ms` milliseconds, or until the sandbox stops.
   * @throws {ProviderError} `FAILED_INTERNAL_SYSTEM_PROCESSING` when 1000 requests are waiting already.
   */
  async wait(ms: number): Promise<PauseEnd> {
    if (ms === 0) return 'elapsed';
    if (this.#closing.signal.aborted) return 'closing';
    if (this.#paused >= MAX_PAUSED_REQUESTS) throw new ProviderError('FAILED_INTERNAL_SYSTEM_PROCESSING');
    this.#paused += 1;
    try {
      await sleep(ms, undefined, { signal: this.#closing.signal });
      return 'elapsed';
    } catch (cause) {
      if (this.#closing.signal.aborted) return 'closing';
      throw cause;
    } finally {
      this.#paused -= 1;
    }
  }

  close(): void {
    this.#closing.abort();
  }
}
