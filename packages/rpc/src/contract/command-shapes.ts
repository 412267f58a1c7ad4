import type { Shape } from '../core/shape.ts';
import type { Contract } from './contract.ts';
import { shapeOf } from './shape.ts';
import { type ContractSnapshot, snapshotOf } from './snapshot.ts';

/** The shapes of what one command takes and gives; undefined for a side whose schema leaves its form open. */
export interface CommandShapes {
  readonly input: Shape | undefined;
  readonly output: Shape | undefined;
}

const NONE: CommandShapes = { input: undefined, output: undefined };

const snapshots = new WeakMap<Contract, ContractSnapshot | undefined>();

/** What the contract says on the wire, worked out once; undefined when its validator cannot describe itself. */
export const describedBy = (contract: Contract): ContractSnapshot | undefined => {
  if (!snapshots.has(contract)) snapshots.set(contract, tryToDescribe(contract));
  return snapshots.get(contract);
};

const tryToDescribe = (contract: Contract): ContractSnapshot | undefined => {
  try {
    return snapshotOf(contract);
  } catch {
    return undefined;
  }
};

/** The shapes of a command, from the description that its contract's fingerprint is made of. */
export const commandShapes = (contract: Contract, cmd: string): CommandShapes => {
  const command = describedBy(contract)?.commands[cmd];
  if (command === undefined) return NONE;
  return {
    input: shapeOf(command.input),
    output: command.output === undefined ? undefined : shapeOf(command.output),
  };
};
