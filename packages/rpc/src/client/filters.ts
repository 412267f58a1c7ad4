import type { CallOptions } from './methods.ts';

/** One call as a filter sees it, before any attempt. */
export interface ClientCall {
  readonly cmd: string;
  readonly kind: 'unary' | 'event';
  readonly input: unknown;
  /** The caller's; pass `next` a call with others to change them. */
  readonly options: CallOptions;
}

/**
 * A filter around every unary call and event of a client, all attempts together, of the same shape as a server's. It may
 * change the call, its outcome, or both. Streams pass it by: their messages are no single outcome.
 */
export type ClientFilter = (call: ClientCall, next: (call: ClientCall) => Promise<unknown>) => Promise<unknown>;

/** A client's filters, the first added outermost. */
export class ClientFilters {
  readonly #filters: ClientFilter[] = [];

  get none(): boolean {
    return this.#filters.length === 0;
  }

  add(filter: ClientFilter): void {
    this.#filters.push(filter);
  }

  run(call: ClientCall, innermost: (call: ClientCall) => Promise<unknown>): Promise<unknown> {
    // Those there are when the call begins: one added meanwhile begins with the next call.
    const filters = [...this.#filters];
    const step = (index: number, current: ClientCall): Promise<unknown> => {
      const filter = filters[index];
      return filter === undefined ? innermost(current) : filter(current, (inner) => step(index + 1, inner));
    };
    return step(0, call);
  }
}
