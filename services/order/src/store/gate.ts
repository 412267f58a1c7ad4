import type { Logger } from '@shop/kit';
import { Refusal } from '../domain/refusal.ts';
import { isOutOfReach, type Operation, reaching } from './failures.ts';

/** Milliseconds before each further probe; the last one is kept to. The first probe does not wait. */
const PAUSES_MS = [500, 1_000, 2_000];

/**
 * What every operation of the database goes through. Once one found the database out of reach, the gate is shut: what
 * comes next is refused at once, as it would have been after seconds of waiting. Probes of the gate's own, one at a time,
 * open it again, so that no request waits to find out.
 */
export interface Gate {
  /** @throws {Refusal} `dependency_unavailable`, at once while the gate is shut. */
  reaching<T>(operation: Operation<T>): Promise<T>;
  /**
   * The same, tried even while the gate is shut: for what writes down what has happened elsewhere, a charge above all.
   * @throws {Refusal} `dependency_unavailable`
   */
  insisting<T>(operation: Operation<T>): Promise<T>;
  readonly isShut: boolean;
  /** Operations refused so far without a try. */
  readonly refusals: number;
  /** Ends the probes. */
  close(): void;
}

/** A gate that is open. `probe` does what the database is needed for, and rejects when that cannot be done. */
export const createGate = (probe: Operation<unknown>, logger?: Pick<Logger, 'warn' | 'info'>): Gate => {
  /** Why it is shut; undefined while it is open. */
  let cause: unknown;
  /** Times that it was opened. An operation from before says nothing of the time after. */
  let openings = 0;
  let refusals = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const open = (probes: number): void => {
    cause = undefined;
    openings += 1;
    logger?.info({ probes }, 'order database is back');
  };

  const probeSoon = async (failed: number): Promise<void> => {
    try {
      await reaching(probe);
    } catch (error) {
      // Any other error is the answer of a database that lives.
      if (error instanceof Refusal) {
        if (isClosed) return;
        timer = setTimeout(() => void probeSoon(failed + 1), PAUSES_MS[Math.min(failed, PAUSES_MS.length - 1)]).unref();
        return;
      }
    }
    open(failed + 1);
  };

  const insisting = async <T>(operation: Operation<T>): Promise<T> => {
    const begun = openings;
    try {
      return await reaching(operation);
    } catch (error) {
      if (isOutOfReach(error) && cause === undefined && begun === openings && !isClosed) {
        cause = error;
        logger?.warn({ err: error }, 'order database is out of reach, operations are refused until it is back');
        void probeSoon(0);
      }
      throw error;
    }
  };

  return {
    insisting,
    reaching: (operation) => {
      if (cause === undefined) return insisting(operation);
      refusals += 1;
      return Promise.reject(new Refusal('dependency_unavailable', { cause }));
    },
    get isShut() {
      return cause !== undefined;
    },
    get refusals() {
      return refusals;
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
};
