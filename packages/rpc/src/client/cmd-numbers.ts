import type { CmdRef } from '../wire/native/write.ts';
import type { ClientRoute } from './outgoing-call.ts';

/**
 * The numbers a connection's commands have, from 1 on in the order in which they were told. The first needs no table: a
 * client of many endpoints has many of these, and most with one entry.
 */
export class CmdNumbers {
  #route: ClientRoute | undefined;
  #ref: CmdRef | undefined;
  #others: Map<ClientRoute, CmdRef> | undefined;

  get size(): number {
    return (this.#route === undefined ? 0 : 1) + (this.#others?.size ?? 0);
  }

  get(route: ClientRoute): CmdRef | undefined {
    return route === this.#route ? this.#ref : this.#others?.get(route);
  }

  /** The peer has been told that the command is the next one. */
  add(route: ClientRoute): void {
    const ref: CmdRef = { number: this.size + 1, name: undefined };
    if (this.#route === undefined) {
      this.#route = route;
      this.#ref = ref;
      return;
    }
    this.#others ??= new Map();
    this.#others.set(route, ref);
  }
}
