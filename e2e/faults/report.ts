import type { Deposited } from './bank.ts';
import type { GroupResult } from './group.ts';
import { describe, type Finding } from './invariants/finding.ts';
import type { SeedResult } from './run-seed.ts';

/** Counts what several groups came to. */
export interface Totals {
  add(group: GroupResult): void;
  readonly findings: readonly Finding[];
  summary(): string;
}

export function createTotals(): Totals {
  const results: SeedResult[] = [];
  const findings: Finding[] = [];
  const uses: string[] = [];
  const sum = (of: (result: SeedResult) => number): number => results.reduce((total, each) => total + of(each), 0);
  const said = (what: Deposited): number => sum(({ deposits }) => deposits.filter((each) => each === what).length);
  return {
    findings,
    add(group) {
      results.push(...group.results);
      findings.push(...group.results.flatMap((result) => result.findings), ...group.findings);
      for (const [name, { before, after }] of Object.entries(group.use))
        uses.push(`${name} ${before.rssMib}→${after.rssMib} MiB, ${before.files}→${after.files} files`);
    },
    summary() {
      const kinds = Map.groupBy(
        results.flatMap(({ faults }) => faults),
        (kind) => kind,
      );
      const faults = [...kinds].map(([kind, each]) => `${kind} ${each.length}`).sort();
      const worst = results.reduce<SeedResult | undefined>(
        (slowest, each) => ((each.atRestAfterMs ?? 0) > (slowest?.atRestAfterMs ?? 0) ? each : slowest),
        undefined,
      );
      return [
        `${results.length} seeds, ${findings.length} findings`,
        `  orders              ${sum(({ orders }) => orders)}`,
        `  charges (ledger)    ${sum(({ charges }) => charges)}, given back ${sum(({ refunds }) => refunds)}, of them late ${sum(({ lateRefunds }) => lateRefunds)}`,
        `  accounts            ${sum(({ accounts }) => accounts)}; deposits amid faults: ${said('taken')} taken, ${said('refused')} refused, ${said('unknown')} unknown; ${sum(({ lateCancels }) => lateCancels)} cancellations too late`,
        `  requests broken off ${sum(({ unanswered }) => unanswered)}`,
        `  faults              ${faults.join(', ')}`,
        `  slowest to rest     ${seconds(worst?.atRestAfterMs ?? 0)} (seed ${worst?.seed})`,
        ...uses.slice(-USES_SHOWN).map((use) => `  use                 ${use}`),
      ].join('\n');
    },
  };
}

const USES_SHOWN = 7;

/** One line for one seed, and one more for each finding. */
export function seedLine(result: SeedResult): string {
  const { seed, findings, orders, charges, accounts, faults, atRestAfterMs, tookMs } = result;
  const verdict = findings.length === 0 ? 'ok' : 'BROKEN';
  const rest = atRestAfterMs === undefined ? 'never' : seconds(atRestAfterMs);
  const facts = `${orders} orders, ${charges} charges, ${accounts} accounts, at rest after ${rest}, took ${seconds(tookMs)}`;
  return [
    `seed ${seed} ${verdict}: ${facts} (${faults.join(', ')})`,
    ...findings.map((each) => `  ${describe(each)}`),
  ].join('\n');
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
