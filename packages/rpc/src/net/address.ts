/** One place a service listens at. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export const endpointName = ({ host, port }: Endpoint): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/**
 * Reads `tcp://host:port`, several separated by commas, or a list of them.
 * @throws {TypeError} anything else, naming the part that is wrong.
 */
export const parseTarget = (target: string | readonly string[]): readonly Endpoint[] => {
  const parts = (typeof target === 'string' ? target.split(',') : target).map((part) => part.trim());
  const endpoints = parts.filter((part) => part !== '').map(parseOne);
  if (endpoints.length === 0) throw new TypeError('target names no endpoint; write tcp://host:port');
  return endpoints;
};

const parseOne = (text: string): Endpoint => {
  const match = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new TypeError(`target ${JSON.stringify(text)} is not of the form tcp://host:port`);
  }
  return { host, port };
};
