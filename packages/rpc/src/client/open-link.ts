import type { Socket } from '../net/network.ts';
import { Link, type LinkOptions } from './link.ts';
import { NestLink } from './nest-link.ts';
import type { NestClientOptions } from './options.ts';
import type { LinkOwner, WireLink } from './wire-link.ts';

export interface WireLinkOptions extends LinkOptions {
  readonly wire: 'native' | 'nest';
  readonly nest: Required<NestClientOptions>;
}

/** Speaks the wire that the options name on a connected socket. */
export const openLink = (socket: Socket, endpoint: string, options: WireLinkOptions, owner: LinkOwner): WireLink =>
  options.wire === 'nest'
    ? new NestLink(socket, endpoint, options, options.nest, owner)
    : new Link(socket, endpoint, options, owner);
