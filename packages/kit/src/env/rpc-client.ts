import { isIP } from 'node:net';
import type { z } from 'zod';
import type { commonEnv } from './fields.ts';

type RpcEnv = Pick<
  z.output<z.ZodObject<typeof commonEnv>>,
  | 'RPC_TIMEOUT_MS'
  | 'RPC_RETRIES'
  | 'RPC_BREAKER_ERROR_PERCENT'
  | 'RPC_BREAKER_VOLUME'
  | 'RPC_BREAKER_RESET_MS'
  | 'RPC_AUTH_TOKEN'
>;

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
  };
  readonly authToken?: string;
}

/** Options of a client from the environment: where the peer is and how patient to be with it. */
export function rpcClientOptions(
  env: RpcEnv,
  peer: { readonly host: readonly string[]; readonly port: number },
): RpcClientOptions {
  return {
    target: peer.host.map((host) => endpointOf(hasPort(host) ? host : `${host}:${peer.port}`)).join(','),
    timeoutMs: env.RPC_TIMEOUT_MS,
    retry: { maxAttempts: env.RPC_RETRIES + 1 },
    breaker: {
      errorThresholdPercentage: env.RPC_BREAKER_ERROR_PERCENT,
      volumeThreshold: env.RPC_BREAKER_VOLUME,
      resetMs: env.RPC_BREAKER_RESET_MS,
    },
    ...(env.RPC_AUTH_TOKEN === undefined ? {} : { authToken: env.RPC_AUTH_TOKEN }),
  };
}

/** A name may have several addresses, and calls spread over all of them. This machine's own name has just two ways to it. */
const endpointOf = (hostAndPort: string): string => {
  const host = hostAndPort.replace(/:[0-9]{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(host) !== 0 || host === 'localhost' ? `tcp://${hostAndPort}` : `dns:///${hostAndPort}`;
};

const hasPort = (host: string): boolean => /:[0-9]{1,5}$/.test(host);
