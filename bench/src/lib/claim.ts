import type { Report } from './report/report.ts';

/** An option of one claim, beside those that every claim has; see `COMMON_OPTIONS`. */
export interface ClaimOption {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help, as `N` or `NAME,NAME`. */
  readonly value?: string;
  readonly default?: string;
  readonly help: string;
}

/** What a run was asked for. */
export interface Run {
  /** To see that it runs, not to decide: one round, short times. */
  readonly quick: boolean;
  readonly rounds: number;
  /** How long a target works before it is measured. */
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Values of the claim's own options as they were written, defaults filled in; read them with `lib/options.ts`. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** Something that can be measured again: `pnpm bench <name>`. */
export interface Claim {
  readonly name: string;
  /** One line for the list of claims. */
  readonly summary: string;
  readonly options: Readonly<Record<string, ClaimOption>>;
  /** Times of a whole run where they are not the usual 5 s and 3 s. */
  readonly times?: Pick<Run, 'warmUpMs' | 'measureMs'>;
  /** @throws {UsageError} an option that makes no sense, naming it. */
  run(run: Run): Promise<Report>;
}
