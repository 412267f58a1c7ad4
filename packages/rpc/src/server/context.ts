import type { CallContext } from '../core/context.ts';
import type { Logger } from '../core/logger.ts';
import type { PeerCertificate } from '../net/tls.ts';

/** Who is at the other end of the connection. */
export interface Peer {
  /** `address:port`, or `unix`. */
  readonly address: string;
  /** The name the peer gave itself in its greeting; unverified. */
  readonly name: string;
  /** Whom the peer's verified certificate names; undefined without mutual TLS. */
  readonly certificate: PeerCertificate | undefined;
}

/** The call being served. Everything that costs something is made when it is first read. */
export interface ServerContext extends CallContext {
  readonly cmd: string;
  readonly peer: Peer;
  /** 1 for a first try; more when the client sends the call again. */
  readonly attempt: number;
  /** The caller's, or a new one. In every log line of `logger` and in every nested call. */
  readonly correlationId: string;
  readonly idempotencyKey: string | undefined;
  /** Headers the caller added. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted on CANCEL, on disconnect and when a drain runs out of time. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Milliseconds left before the caller stops waiting; `Infinity` when it set no deadline. */
  remainingMs(): number;
}
