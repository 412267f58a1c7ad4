import { isCmdName } from '../core/pattern.ts';
import type { Command } from './command.ts';

/** Commands by their name on the wire. */
export type Commands = { readonly [cmd: string]: Command };

/** A named, versioned group of commands: the whole of one service's face. A value, shared by both sides. */
export interface Contract<C extends Commands = Commands> {
  readonly name: string;
  readonly version: string;
  readonly commands: C;
}

/** A client carries its own methods under `$`, and a thenable client would be awaited by accident. */
const RESERVED = new Set(['$', 'then', 'constructor']);

/**
 * Declares a service's commands. The key of a command is its `cmd` on the wire.
 * @throws {TypeError} a name that is reserved (`$`, `then`, `constructor`), starts with a digit or a sign, or has over 256 characters.
 */
export const contract = <const C extends Commands>(
  name: string,
  facts: { readonly version: string },
  commands: C,
): Contract<C> => {
  for (const cmd of Object.keys(commands)) {
    if (RESERVED.has(cmd) || !isCmdName(cmd) || cmd.length > 256) {
      throw new TypeError(`contract ${name} cannot have a command named ${JSON.stringify(cmd)}`);
    }
  }
  return Object.freeze({ name, version: facts.version, commands: Object.freeze({ ...commands }) });
};
