import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConfigIssue } from './parse-env.ts';

/** Where this process's certificate is, and whom it trusts. */
export interface RpcTlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string | undefined;
}

/** What the files held when they were last read, PEM. */
export interface RpcTlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** A certificate, key or authority that cannot be used, and the variable that names its file. */
export class RpcTlsError extends Error {
  override readonly name = 'RpcTlsError';
  readonly issue: ConfigIssue;

  constructor(issue: ConfigIssue) {
    super(`${issue.key}: ${issue.message}`);
    this.issue = issue;
  }
}

/**
 * Reads the files as they are now.
 * @throws {RpcTlsError} a file that cannot be read or holds something else, a key that is not the certificate's.
 */
export function readRpcTls({ certFile, keyFile, caFile }: RpcTlsFiles): RpcTlsMaterial {
  const cert = textOf('RPC_TLS_CERT_FILE', certFile);
  const key = textOf('RPC_TLS_KEY_FILE', keyFile);
  const certificate = parsed('RPC_TLS_CERT_FILE', 'a PEM certificate', () => new X509Certificate(cert));
  const privateKey = parsed('RPC_TLS_KEY_FILE', 'a PEM key without a passphrase', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey))
    throw new RpcTlsError({ key: 'RPC_TLS_KEY_FILE', message: 'is not the key of RPC_TLS_CERT_FILE' });
  if (caFile === undefined) return { cert, key };
  const ca = textOf('RPC_TLS_CA_FILE', caFile);
  parsed('RPC_TLS_CA_FILE', 'a PEM certificate', () => new X509Certificate(ca));
  return { cert, key, ca };
}

/** Until when a certificate is valid. */
export const validUntil = ({ cert }: Pick<RpcTlsMaterial, 'cert'>): string =>
  new X509Certificate(cert).validToDate.toISOString();

function textOf(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new RpcTlsError({ key, message: `the file cannot be read (${code})` });
  }
}

function parsed<T>(key: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    // The parser's own words may quote the file, which can be a key.
    throw new RpcTlsError({ key, message: `the file does not hold ${what}` });
  }
}
