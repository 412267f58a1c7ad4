import type { Contract } from '../contract/contract.ts';
import { fingerprintFor } from '../contract/fingerprint.ts';
import { EVENTS } from '../core/events.ts';
import type { Logger } from '../core/logger.ts';

/** `unknown`: no server has greeted yet, or one side cannot tell. */
export type ContractMatch = 'unknown' | 'same' | 'differs';

/** Compares the client's contract with the one its servers say they have. Only told, never an error: most changes are compatible. */
export class ContractCheck {
  readonly #contract: Contract;
  readonly #logger: Logger;
  #match: ContractMatch = 'unknown';

  constructor(contract: Contract, logger: Logger) {
    this.#contract = contract;
    this.#logger = logger;
  }

  /** What the server greeted last has. */
  get match(): ContractMatch {
    return this.#match;
  }

  /** For the greeting. Worked out at the first connection, so that a client that never connects pays nothing. */
  get fingerprints(): Readonly<Record<string, string>> {
    const own = fingerprintFor(this.#contract);
    return own === undefined ? {} : { [this.#contract.name]: own };
  }

  /** A server has greeted: whether its contract is ours. The first that differs gets a line in the log. */
  onGreeting(theirContracts: Readonly<Record<string, string>>, peer: string): boolean {
    const own = fingerprintFor(this.#contract);
    const { name: contract } = this.#contract;
    const theirs = Object.hasOwn(theirContracts, contract) ? theirContracts[contract] : undefined;
    if (own === undefined || theirs === undefined) return false;
    const known = this.#match;
    this.#match = own === theirs ? 'same' : 'differs';
    if (this.#match === 'same') return true;
    const event = { contract, peer, own, theirs };
    if (EVENTS.contract.hasSubscribers) EVENTS.contract.publish(event);
    if (known !== 'differs') this.#logger.warn(event, 'rpc contract differs from the one of the server');
    return false;
  }
}
