import { type RpcServerTls, rpcServerTls } from './env/rpc-options.ts';
import { type RpcTlsFiles, type RpcTlsMaterial, readRpcTls, validUntil } from './env/rpc-tls.ts';
import type { Logger } from './logger.ts';

/** Well under the hours for which an old and a renewed certificate are both valid. */
const EVERY_MS = 60_000;

export interface FollowRpcTlsOptions {
  /** Nothing is followed without them. */
  readonly files: RpcTlsFiles | undefined;
  /** What the server started with. */
  readonly current: RpcServerTls | undefined;
  /** Gives the server what it shows from now on; connections that are open stay. */
  readonly renew: (tls: RpcServerTls) => void;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Milliseconds between looks. Default 60 000. */
  readonly everyMs?: number;
}

/**
 * Hands renewed certificates to a server: looks at the files every minute, and at once on SIGHUP. Files that are no
 * pair, as in the middle of a renewal, change nothing. Their content is compared, not their dates, since mounted
 * secrets are swapped by links that keep dates.
 * @returns what stops it.
 */
export function followRpcTls({ files, current, renew, logger, everyMs = EVERY_MS }: FollowRpcTlsOptions): () => void {
  if (files === undefined) return () => {};
  let shown: RpcTlsMaterial | undefined = current;
  const look = (): void => {
    try {
      const found = readRpcTls(files);
      if (isSame(found, shown)) return;
      renew(rpcServerTls(found));
      shown = found;
      logger.info({ validUntil: validUntil(found) }, 'rpc certificates renewed');
    } catch (err) {
      logger.warn({ err }, 'rpc certificates not renewed');
    }
  };
  const timer = setInterval(look, everyMs);
  process.on('SIGHUP', look);
  return () => {
    clearInterval(timer);
    process.off('SIGHUP', look);
  };
}

const isSame = (a: RpcTlsMaterial, b: RpcTlsMaterial | undefined): boolean =>
  b !== undefined && a.cert === b.cert && a.key === b.key && a.ca === b.ca;
