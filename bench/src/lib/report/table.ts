/** A column: `key` is its name in the JSON, `title` its head in the page. */
export interface Column {
  readonly key: string;
  readonly title: string;
  /** Decimals of a number. Default 0. */
  readonly digits?: number;
}

/** One table. A cell may be null where nothing was measured. */
export interface Table {
  readonly title: string;
  /** Shown in the READMEs too, not only on the claim's own page. */
  readonly headline?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}
