import type { Done } from '../core/call.ts';
import type { Delivery, RpcError } from '../core/errors.ts';
import type { OutgoingCall } from './outgoing-call.ts';

/** One connection to one endpoint, whichever wire it speaks. */
export interface WireLink {
  readonly inFlight: number;
  /** Takes calls: not draining, not closed. */
  readonly usable: boolean;
  /** Writes one attempt; `done` ends it. Nothing is written for a call that is refused here. */
  send(call: OutgoingCall, nowMs: number, done: Done): void;
  /** Takes no more calls and closes once those in flight have ended. */
  retire(): void;
  /** Closes at once; `reason` ends the calls still in flight, given how far each got. */
  destroy(reason: (delivery: Delivery) => RpcError): void;
}

/** Whose connection a link is. Each is told which link it is about: an endpoint may have a new one by then. */
export interface LinkOwner {
  /** The peer's greeting came. */
  onReady(link: WireLink): void;
  /** The peer takes no more calls; those it took are still answered. The error is what it said, if it said something. */
  onDraining(link: WireLink, error: RpcError | undefined): void;
  /** The peer may be gone: give it nothing more until it has shown otherwise. */
  onSuspect(link: WireLink): void;
  /** The connection is over; every call it had has been ended. */
  onClosed(link: WireLink, error: RpcError): void;
}
