import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { Turnstile } from './turnstile.ts';

/** How hard a password is hashed. */
export interface ScryptCost {
  /** Binary logarithm of N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1, which is 128 MiB and some 0.3 s. */
const DEFAULT_COST: ScryptCost = { ln: 17, r: 8, p: 1 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hashes passwords and compares them, off the event loop and only a few at a time. */
export interface Passwords {
  /** A PHC string: `$scrypt$ln=17,r=8,p=1$<salt>$<hash>`. */
  hash(password: string, signal?: AbortSignal): Promise<string>;
  /** Without a stored hash it works as long and answers false, so that time does not tell who has an account. */
  matches(password: string, stored: string | undefined, signal?: AbortSignal): Promise<boolean>;
  /** Whether a password would be hashed otherwise today. */
  isOutdated(stored: string): boolean;
}

export interface PasswordOptions {
  readonly turnstile: Turnstile;
  readonly cost?: ScryptCost;
}

/** Passwords under scrypt, a salt for each. */
export function createPasswords({ turnstile, cost = DEFAULT_COST }: PasswordOptions): Passwords {
  const nobody: Stored = { cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
  return {
    hash: async (password, signal) => {
      const salt = randomBytes(SALT_BYTES);
      const hash = await turnstile.pass(() => derive(password, salt, cost), signal);
      return format({ cost, salt, hash });
    },
    matches: async (password, stored, signal) => {
      const { cost: storedCost, salt, hash } = stored === undefined ? nobody : parse(stored);
      const derived = await turnstile.pass(() => derive(password, salt, storedCost), signal);
      return timingSafeEqual(derived, hash) && stored !== undefined;
    },
    isOutdated: (stored) => {
      const { cost: storedCost } = parse(stored);
      return storedCost.ln !== cost.ln || storedCost.r !== cost.r || storedCost.p !== cost.p;
    },
  };
}

interface Stored {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const PHC = /^\$scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,3}),p=([0-9]{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

const format = ({ cost: { ln, r, p }, salt, hash }: Stored): string =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;

function parse(stored: string): Stored {
  const [, ln, r, p, salt, hash] = PHC.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) throw new Error('a stored password hash cannot be read');
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

function derive(password: string, salt: Buffer, { ln, r, p }: ScryptCost): Promise<Buffer> {
  const N = 2 ** ln;
  // Node's own limit is 32 MiB; the algorithm takes 128·N·r, and a little beside it.
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // One person's keyboard composes 한글, another's does not: both must hash alike (NIST SP 800-63B §3.1.1.2).
  scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (err, hash) => (err ? reject(err) : resolve(hash)));
  return promise;
}
