/** A way of asking for products, from one process to another. What every target does is the same; how is its own. */
export interface Target {
  readonly name: string;
  /** One line for the table. */
  readonly what: string;
  /** Serves on a free port. */
  serve(): Promise<{ readonly port: number; close(): Promise<void> }>;
  /** Connects, over one connection unless `what` says otherwise. */
  connect(port: number): Promise<Caller>;
}

export interface Caller {
  /** One call: asks for {@link ASKED} and answers what came back, decoded. */
  call(): Promise<unknown>;
  close(): Promise<void>;
}
