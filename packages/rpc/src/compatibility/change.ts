/** `breaking`: peers of the old contract fail. `risky`: some may. `safe`: none can. */
export type Level = 'breaking' | 'risky' | 'safe';

/** One difference between two versions of a contract. */
export interface Change {
  readonly level: Level;
  /** `*` for the contract as a whole. */
  readonly cmd: string;
  /** Where: `input/items[]/price`, `output`, `errors/not_found`, or empty for the command itself. */
  readonly path: string;
  readonly message: string;
}
