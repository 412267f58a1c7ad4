import type { Socket } from 'node:net';
import { type ConnectionOptions, TLSSocket, type TlsOptions } from 'node:tls';

/** What a client needs for TLS: `ca` to verify the server, `cert` and `key` to be known to it. Node's own option names. */
export type ClientTls = Pick<
  ConnectionOptions,
  | 'ca'
  | 'cert'
  | 'key'
  | 'passphrase'
  | 'pfx'
  | 'servername'
  | 'minVersion'
  | 'ciphers'
  | 'rejectUnauthorized'
  | 'checkServerIdentity'
>;

/** What a server needs for TLS. With `requestCert` and `ca` only clients with a certificate of that authority come in. */
export type ServerTls = Pick<
  TlsOptions,
  | 'ca'
  | 'cert'
  | 'key'
  | 'passphrase'
  | 'pfx'
  | 'requestCert'
  | 'rejectUnauthorized'
  | 'minVersion'
  | 'ciphers'
  | 'SNICallback'
>;

/** Whom a verified certificate names. */
export interface PeerCertificate {
  /** Common name of the subject; empty when it has none. */
  readonly commonName: string;
  /** Subject alternative names as Node writes them, `DNS:order, DNS:order.shop`. */
  readonly alternativeNames: string;
  /** SHA-256 of the certificate, colon-separated hex. */
  readonly fingerprint: string;
}

/** The peer's certificate; undefined without TLS, without a certificate, and for one that was not verified. */
export const peerCertificateOf = (socket: Socket): PeerCertificate | undefined => {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  if (certificate?.fingerprint256 === undefined) return undefined;
  const { CN } = certificate.subject ?? {};
  return {
    commonName: Array.isArray(CN) ? (CN[0] ?? '') : (CN ?? ''),
    alternativeNames: certificate.subjectaltname ?? '',
    fingerprint: certificate.fingerprint256,
  };
};
