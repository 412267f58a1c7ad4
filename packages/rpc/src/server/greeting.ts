import type { Contract } from '../contract/contract.ts';
import { fingerprintsOf } from '../contract/fingerprint.ts';
import type { WireLimits } from '../wire/limits.ts';
import { encodeHello, POSITIONAL } from '../wire/native/hello.ts';

const NONE: readonly string[] = [];

/** What a server says of itself, put together once for all peers, and what it makes of what they say. */
export class Greeting {
  readonly #name: string;
  readonly #limits: WireLimits;
  readonly #contracts: readonly Contract[];
  #fingerprints: Readonly<Record<string, string>> = {};
  #payload: Uint8Array | undefined;
  /** As many contracts as there were when the above was made; more may be added while a server listens. */
  #made = 0;
  /** The last answer: most peers of a server have the same contracts, and their connections share one list. */
  #common = NONE;

  constructor(name: string, limits: WireLimits, contracts: readonly Contract[]) {
    this.#name = name;
    this.#limits = limits;
    this.#contracts = contracts;
  }

  /** The payload of this server's HELLO. */
  get payload(): Uint8Array {
    if (this.#payload === undefined || this.#made !== this.#contracts.length) {
      this.#made = this.#contracts.length;
      this.#fingerprints = fingerprintsOf(this.#contracts);
      const { maxFrameBytes, maxHeaderBytes, maxHeaders, maxCmdBytes, maxBoundCmds } = this.#limits;
      this.#payload = encodeHello({
        versions: [1],
        name: this.#name,
        features: [POSITIONAL],
        maxFrameBytes,
        maxHeaderBytes,
        maxHeaders,
        maxCmdBytes,
        maxBoundCmds,
        contracts: this.#fingerprints,
      });
    }
    return this.#payload;
  }

  /** Names of the contracts that a peer has as this server told them in {@link payload}, to the letter. */
  commonWith(theirs: Readonly<Record<string, string>>): readonly string[] {
    const common = Object.keys(this.#fingerprints).filter(
      (name) => Object.hasOwn(theirs, name) && theirs[name] === this.#fingerprints[name],
    );
    const isLast = common.length === this.#common.length && common.every((name, index) => name === this.#common[index]);
    if (!isLast) this.#common = common;
    return this.#common;
  }
}
