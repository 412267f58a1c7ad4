import type { Attributes } from '@opentelemetry/api';
import type { CallEvent } from '../core/events.ts';

/** What a method is called that no contract names: peers and callers may send any name, and each would be a series. */
const OTHER = '_OTHER';

/** `service/command`, as the RPC conventions want it. `known` is false for a command the server has no handler for. */
export const methodOf = ({ service, cmd }: CallEvent, known: boolean): string => {
  if (service !== undefined) return `${service}/${cmd}`;
  return known ? cmd : OTHER;
};

/** @see https://opentelemetry.io/docs/specs/semconv/rpc/ */
export const callAttributes = (method: string): Attributes => ({ 'rpc.system.name': 'cmdrpc', 'rpc.method': method });

/** How a call ended. */
export const outcomeAttributes = ({ error }: CallEvent): Attributes =>
  error === undefined
    ? { 'rpc.response.status_code': 'ok' }
    : { 'rpc.response.status_code': error.code, 'error.type': error.code };

/** `host:port`, `[v6]:port` or a path as address and port. */
export const addressAttributes = (prefix: 'server' | 'network.peer', endpoint: string | undefined): Attributes => {
  if (endpoint === undefined) return {};
  const at = endpoint.lastIndexOf(':');
  const port = Number(endpoint.slice(at + 1));
  if (at === -1 || !Number.isInteger(port)) return { [`${prefix}.address`]: endpoint };
  return { [`${prefix}.address`]: endpoint.slice(0, at).replace(/^\[|\]$/g, ''), [`${prefix}.port`]: port };
};
