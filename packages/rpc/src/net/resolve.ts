import { lookup } from 'node:dns/promises';
import { type Endpoint, endpointName, type ServiceName } from './address.ts';

/** Finds the addresses of a name. Default: the system's resolver, so hosts files and search domains count. */
export type Lookup = (name: string) => Promise<readonly string[]>;

export const systemLookup: Lookup = async (name) =>
  (await lookup(name, { all: true, order: 'ipv4first' })).map(({ address }) => address);

/** The endpoints of a target's parts. @throws what the lookup throws; a caller keeps the endpoints it has. */
export const resolveTarget = async (
  parts: readonly (Endpoint | ServiceName)[],
  find: Lookup,
): Promise<readonly Endpoint[]> => {
  const found = await Promise.all(
    parts.map(async (part): Promise<readonly Endpoint[]> => {
      if (!('name' in part)) return [part];
      const addresses = await find(part.name);
      return addresses.map((host) => ({ host, port: part.port, serverName: part.name }));
    }),
  );
  return [...new Map(found.flat().map((endpoint) => [endpointName(endpoint), endpoint])).values()];
};
