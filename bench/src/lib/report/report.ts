import type { Chart } from './chart.ts';
import type { Figure } from './figure.ts';
import type { Machine } from './machine.ts';
import type { Table } from './table.ts';

/** What a claim found. Everything that is written (JSON, Markdown, SVG, the READMEs) is made from this. */
export interface Report {
  /** What was promised and what was measured. */
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
  /** Drawn below one another in one picture. */
  readonly charts: readonly Chart[];
  /** What a reader must know to judge: connections, settings of rivals, what was left out and why. */
  readonly notes: readonly string[];
  /** Every sample of every round, for whoever wants to compute it otherwise. */
  readonly samples: readonly unknown[];
}

/** A report as it is stored: with what was run, where and when. */
export interface Result extends Report {
  readonly claim: string;
  readonly summary: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly machine: Machine;
}
