/** What is done to the bytes of one direction; an empty object passes them as they come. */
export interface ChaosKnobs {
  /** Milliseconds that every piece is late; order is kept. */
  readonly delayMs?: number;
  /** Passes bytes one by one, each written by itself. */
  readonly split?: boolean;
  /** Lets this many bytes of each connection pass from now on, then resets it. */
  readonly cutAfterBytes?: number;
  /** Lets this many bytes of each connection pass from now on and inverts the bits of the next. */
  readonly corruptAfterBytes?: number;
  /** Keeps the connection and passes nothing: what comes is lost, and an end is not passed on either. */
  readonly blackhole?: boolean;
}
