import { createHash } from 'node:crypto';
import { describedBy } from './command-shapes.ts';
import type { Contract } from './contract.ts';
import type { ContractSnapshot } from './snapshot.ts';

/**
 * Sixteen hex digits that two contracts share when they mean the same on the wire. The version and timeouts do not
 * count: they change nothing that the other side could misread.
 */
export const fingerprintOf = (snapshot: ContractSnapshot): string => {
  const commands = Object.entries(snapshot.commands).map(([cmd, { timeoutMs: _, ...command }]) => [cmd, command]);
  return createHash('sha256')
    .update(JSON.stringify([snapshot.contract, commands]))
    .digest('hex')
    .slice(0, 16);
};

const known = new WeakMap<Contract, string | undefined>();

/**
 * The fingerprint for the greeting, worked out once a contract; undefined when its schemas have no JSON Schema: a
 * validator that cannot describe itself costs the comparison and nothing else.
 */
export const fingerprintFor = (contract: Contract): string | undefined => {
  if (!known.has(contract)) {
    const snapshot = describedBy(contract);
    known.set(contract, snapshot === undefined ? undefined : fingerprintOf(snapshot));
  }
  return known.get(contract);
};

/** Fingerprints by name of contract, for the greeting; one that cannot be worked out is left out. */
export const fingerprintsOf = (contracts: readonly Contract[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    contracts.flatMap((contract) => {
      const fingerprint = fingerprintFor(contract);
      return fingerprint === undefined ? [] : [[contract.name, fingerprint]];
    }),
  );
