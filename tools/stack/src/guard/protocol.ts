/** A process that must not outlive the stack. */
export interface Watched {
  readonly pid: number;
  readonly name: string;
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
}

/** One line of JSON from the stack to its guard. */
export type GuardMessage = { readonly add: Watched } | { readonly remove: number };

export function isGuardMessage(value: unknown): value is GuardMessage {
  return typeof value === 'object' && value !== null && ('add' in value || 'remove' in value);
}
