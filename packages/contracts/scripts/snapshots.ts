import { existsSync, readFileSync } from 'node:fs';
import * as exported from '@shop/contracts';
import { type Change, type ContractSnapshot, checkCompatibility, snapshotOf } from 'cmdrpc/compatibility';

/** One contract as it is and as it was last agreed on. */
export interface Guarded {
  readonly name: string;
  readonly file: URL;
  readonly now: ContractSnapshot;
  /** Undefined for a contract that is new. */
  readonly agreed: ContractSnapshot | undefined;
  readonly changes: readonly Change[];
}

type ExportedContract = Parameters<typeof snapshotOf>[0];

const isContract = (value: unknown): value is ExportedContract =>
  typeof value === 'object' && value !== null && 'commands' in value && 'version' in value && 'name' in value;

/** Every contract this package exports, beside its snapshot. */
export const guardedContracts = (): readonly Guarded[] =>
  Object.values<unknown>(exported)
    .filter(isContract)
    .map((one) => {
      const file = new URL(`../snapshots/${one.name}.json`, import.meta.url);
      const now = snapshotOf(one);
      // Written by this package's own script, as a snapshot.
      const agreed = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ContractSnapshot) : undefined;
      return {
        name: one.name,
        file,
        now,
        agreed,
        changes: agreed === undefined ? [] : checkCompatibility(agreed, now),
      };
    });

export const lineOf = ({ level, cmd, path, message }: Change): string =>
  `${level}: ${cmd}${path === '' ? '' : ` ${path}`}: ${message}`;
