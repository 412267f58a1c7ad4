import { z } from 'zod';
import type { commonEnv } from './fields.ts';
import { type RpcTlsFiles, type RpcTlsMaterial, readRpcTls } from './rpc-tls.ts';

type CommonEnv = z.output<z.ZodObject<typeof commonEnv>>;
type SecurityKey =
  | 'RPC_AUTH_TOKEN'
  | 'RPC_TLS_CERT_FILE'
  | 'RPC_TLS_KEY_FILE'
  | 'RPC_TLS_CA_FILE'
  | 'RPC_TLS_SERVER_NAME';
type SecurityEnv = Pick<CommonEnv, SecurityKey>;
type ClientEnv = Pick<
  CommonEnv,
  | SecurityKey
  | 'RPC_TIMEOUT_MS'
  | 'RPC_RETRIES'
  | 'RPC_BREAKER_ERROR_PERCENT'
  | 'RPC_BREAKER_VOLUME'
  | 'RPC_BREAKER_RESET_MS'
>;

/** Both ends are ours, so there is nothing older to get along with. */
const MIN_VERSION = 'TLSv1.3';

/** Certificates of a server, under Node's own option names. With `ca`, clients must have one of that authority. */
export interface RpcServerTls extends RpcTlsMaterial {
  readonly minVersion: typeof MIN_VERSION;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: true;
}

/** Certificates of a client, under Node's own option names. Without `ca` the system's authorities are trusted. */
export interface RpcClientTls extends RpcTlsMaterial {
  readonly minVersion: typeof MIN_VERSION;
  readonly servername?: string;
}

/** The part of an RPC server's options that the environment decides: who is let in. */
export interface RpcServerOptions {
  readonly authToken?: string;
  readonly tls?: RpcServerTls;
}

/** The part of an RPC client's options that the environment decides. */
export interface RpcClientOptions {
  /** `tcp://address:port` or `dns:///name:port`, comma-separated when there are several. */
  readonly target: string;
  readonly timeoutMs: number;
  readonly retry: { readonly maxAttempts: number };
  readonly breaker: {
    readonly errorThresholdPercentage: number;
    readonly volumeThreshold: number;
    readonly resetMs: number;
    readonly maxResetMs: number;
  };
  readonly authToken?: string;
  /** Asked for each connection: reads the files anew, and keeps the last good ones while they are no pair. */
  readonly tls?: () => RpcClientTls;
}

/**
 * Options of a server from the environment: the token it asks for and the certificates it shows.
 * @throws {RpcTlsError} files that became unusable since the environment was parsed.
 */
export function rpcServerOptions(env: SecurityEnv): RpcServerOptions {
  const files = rpcTlsFiles(env);
  return { ...tokenOf(env), ...(files === undefined ? {} : { tls: rpcServerTls(readRpcTls(files)) }) };
}

/**
 * Options of a client from the environment: where the peer is, how patient to be with it and how to be known to it.
 * @throws {RpcTlsError} files that became unusable since the environment was parsed.
 */
export function rpcClientOptions(
  env: ClientEnv,
  peer: { readonly host: readonly string[]; readonly port: number },
): RpcClientOptions {
  const files = rpcTlsFiles(env);
  return {
    target: peer.host.map((host) => endpointOf(hasPort(host) ? host : `${host}:${peer.port}`)).join(','),
    timeoutMs: env.RPC_TIMEOUT_MS,
    retry: { maxAttempts: env.RPC_RETRIES + 1 },
    breaker: {
      errorThresholdPercentage: env.RPC_BREAKER_ERROR_PERCENT,
      volumeThreshold: env.RPC_BREAKER_VOLUME,
      resetMs: env.RPC_BREAKER_RESET_MS,
      // No doubling: a peer that is back after a long outage must not be shut out for a minute, and a probe costs one call.
      maxResetMs: env.RPC_BREAKER_RESET_MS,
    },
    ...tokenOf(env),
    ...(files === undefined ? {} : { tls: clientTls(files, env.RPC_TLS_SERVER_NAME) }),
  };
}

/** Where the certificates are; undefined when the environment names none. */
export const rpcTlsFiles = ({
  RPC_TLS_CERT_FILE: certFile,
  RPC_TLS_KEY_FILE: keyFile,
  RPC_TLS_CA_FILE: caFile,
}: SecurityEnv): RpcTlsFiles | undefined =>
  certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile, caFile };

/** What a server makes of certificates. */
export const rpcServerTls = (material: RpcTlsMaterial): RpcServerTls => ({
  ...material,
  minVersion: MIN_VERSION,
  requestCert: material.ca !== undefined,
  rejectUnauthorized: true,
});

function clientTls(files: RpcTlsFiles, servername: string | undefined): () => RpcClientTls {
  let lastGood = readRpcTls(files);
  const current = (): RpcTlsMaterial => {
    try {
      lastGood = readRpcTls(files);
    } catch {
      // Half of a renewal is on disk; who follows the files says so in the log.
      return lastGood;
    }
    return lastGood;
  };
  return () => ({ ...current(), minVersion: MIN_VERSION, ...(servername === undefined ? {} : { servername }) });
}

const tokenOf = ({ RPC_AUTH_TOKEN: authToken }: SecurityEnv): { readonly authToken?: string } =>
  authToken === undefined ? {} : { authToken };

const ipAddress = z.union([z.ipv4(), z.ipv6()]);

/** A name may have several addresses, and calls spread over all of them. This machine's own name has just two ways to it. */
const endpointOf = (hostAndPort: string): string => {
  const host = hostAndPort.replace(/:[0-9]{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');
  return ipAddress.safeParse(host).success || host === 'localhost' ? `tcp://${hostAndPort}` : `dns:///${hostAndPort}`;
};

const hasPort = (host: string): boolean => /:[0-9]{1,5}$/.test(host);
