/** One place a service listens at. */
export type Endpoint = TcpEndpoint | UnixEndpoint;

export interface TcpEndpoint {
  readonly host: string;
  readonly port: number;
  /** Name to verify a certificate against, when `host` is an address that a name resolved to. */
  readonly serverName?: string | undefined;
}

/** A Unix domain socket, or a named pipe on Windows. */
export interface UnixEndpoint {
  readonly path: string;
}

/** A name whose addresses are all endpoints, looked up again from time to time. */
export interface ServiceName {
  readonly name: string;
  readonly port: number;
}

export const endpointName = (endpoint: Endpoint): string => {
  if ('path' in endpoint) return `unix:${endpoint.path}`;
  const { host, port } = endpoint;
  // Joined, because a concatenation keeps its parts, and each endpoint keeps its name.
  return host.includes(':') ? `[${host}]:${port}` : [host, port].join(':');
};

/**
 * Reads `tcp://host:port`, `dns:///name:port` or `unix:/path`; several separated by commas, or a list of them.
 * `tcp` is one endpoint, `dns` as many as the name has addresses.
 * @throws {TypeError} anything else, naming the part that is wrong.
 */
export const parseTarget = (target: string | readonly string[]): readonly (Endpoint | ServiceName)[] => {
  const parts = (typeof target === 'string' ? target.split(',') : target).map((part) => part.trim());
  const endpoints = parts.filter((part) => part !== '').map(parseOne);
  if (endpoints.length === 0) throw new TypeError('target names no endpoint; write tcp://host:port');
  return endpoints;
};

const parseOne = (text: string): Endpoint | ServiceName => {
  const path = /^unix:(?:\/\/)?(\/.+|\\\\.+)$/.exec(text)?.[1];
  if (path !== undefined) return { path };
  const match = /^(tcp:\/\/|dns:\/\/\/)(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[2] ?? match?.[3];
  const port = Number(match?.[4]);
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new TypeError(
      `target ${JSON.stringify(text)} is not of the form tcp://host:port, dns:///name:port or unix:/path`,
    );
  }
  return match?.[1] === 'dns:///' ? { name: host, port } : { host, port };
};
