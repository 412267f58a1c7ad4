import type { Invariant } from './finding.ts';

/** I10, as far as one seed shows: no process ends that nobody killed. */
export const nobodyDiesAlone: Invariant = ({ seed, unexpectedDeaths }) =>
  unexpectedDeaths.map((found) => ({ name: 'I10', seed, found }));
