import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessClaims } from '../domain/access-claims.ts';

/** Tokens that are remembered, some 400 bytes each; the one that was not shown for longest goes first. */
const MAX_TOKENS = 10_000;

/**
 * What was found in tokens whose signature was good. A signature stays good; the times are to be looked at each time, and
 * revocation is not known here at all. Tokens themselves are not kept: only their SHA-256.
 */
export interface CheckedTokens {
  get(token: string): AccessClaims | undefined;
  add(token: string, claims: AccessClaims): void;
}

export function createCheckedTokens(): CheckedTokens {
  const known = new LRUCache<string, AccessClaims>({ max: MAX_TOKENS });
  const nameOf = (token: string): string => hash('sha256', token, 'base64url');
  return {
    get: (token) => known.get(nameOf(token)),
    add: (token, claims) => void known.set(nameOf(token), claims),
  };
}
