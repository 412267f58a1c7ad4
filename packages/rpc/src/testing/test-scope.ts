/** Whose end closes what was opened for it: the context that `node:test` gives to a test. */
export interface TestScope {
  after(fn: () => unknown): void;
}
