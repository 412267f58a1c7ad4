import { z } from 'zod';

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min).max(max));

/** A whole number between two bounds, with its default. */
export const wholeNumber = (fallback: number, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) =>
  whole(min, max).default(fallback);

/** A TCP port with its default; 0 asks the system for a free one. */
export const tcpPort = (fallback: number) => wholeNumber(fallback, { max: 65_535 });

/** A TCP port that is not opened unless it is named; 0 asks the system for a free one. */
export const optionalPort = whole(0, 65_535).optional();

/** `true` or `false`, with its default. */
export const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .default(fallback);

// A name, an IPv4 address or a bracketed IPv6 address, each with a port of its own when it has one.
const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/;

/** Comma-separated hosts, at least one; an entry may carry its own port (`a:4021,b:4022`). */
export const hosts = z
  .string()
  .transform((list) => list.split(',').map((host) => host.trim()))
  .pipe(z.array(z.string().regex(HOST, 'must be a comma-separated list of hosts')).min(1));

/** The URL of a PostgreSQL database. */
export const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });

/** What every service reads; spread it into the service's own schema. */
export const commonEnv = {
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** Milliseconds a call may take where its contract says nothing. */
  RPC_TIMEOUT_MS: wholeNumber(10_000, { min: 1, max: 3_600_000 }),
  /** Attempts after the first. */
  RPC_RETRIES: wholeNumber(2, { max: 10 }),
  RPC_BREAKER_ERROR_PERCENT: wholeNumber(50, { min: 1, max: 100 }),
  /** Calls in the breaker's window before it may open. */
  RPC_BREAKER_VOLUME: wholeNumber(20, { min: 1, max: 1_000_000 }),
  RPC_BREAKER_RESET_MS: wholeNumber(5_000, { min: 1, max: 3_600_000 }),
  /** Shown by clients and asked by servers, when set. */
  RPC_AUTH_TOKEN: z.string().optional(),
  /** This process's certificate, PEM, the chain after it: a server's, and a client's towards servers that ask. */
  RPC_TLS_CERT_FILE: z.string().optional(),
  /** Its private key, PEM, without a passphrase. */
  RPC_TLS_KEY_FILE: z.string().optional(),
  /** Authorities of the peers, PEM. With it a server admits only clients that have a certificate of theirs. */
  RPC_TLS_CA_FILE: z.string().optional(),
  /** The name that peers' certificates must bear, where it is not the host that is called. */
  RPC_TLS_SERVER_NAME: z.string().optional(),
};
