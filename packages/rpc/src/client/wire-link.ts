import type { Done } from '../core/call.ts';
import type { Delivery, RpcError } from '../core/errors.ts';
import type { Socket } from '../net/network.ts';
import { Link, type LinkEvents, type LinkOptions } from './link.ts';
import { NestLink } from './nest-link.ts';
import type { NestClientOptions } from './options.ts';
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

export interface WireLinkOptions extends LinkOptions {
  readonly wire: 'native' | 'nest';
  readonly nest: Required<NestClientOptions>;
}

/** Speaks the wire that the options name on a connected socket. */
export const openLink = (socket: Socket, endpoint: string, options: WireLinkOptions, events: LinkEvents): WireLink =>
  options.wire === 'nest'
    ? new NestLink(socket, endpoint, options, options.nest, events)
    : new Link(socket, endpoint, options, events);
