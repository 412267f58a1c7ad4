import type { Logger, Sql } from '@shop/kit';
import type { ProductCache } from './product-cache.ts';

/** The channel of the triggers on `products`; a payload is an id, or `*` for many. */
const CHANNEL = 'products_changed';

/**
 * Forgets cached products when they change, on a connection of its own that is opened anew whenever it breaks.
 * What changed while it was down is unknown, so everything is forgotten then; until it is back, and where it cannot be
 * had at all (a pooler in transaction mode), the age limit of the cache is what bounds staleness.
 */
export async function followPriceChanges(
  sql: Sql,
  cache: Pick<ProductCache, 'forget'>,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  const forget = (payload: string): void => cache.forget(payload === '*' ? undefined : payload);
  const connected = (): void => {
    cache.forget();
    logger.info({}, 'listening for price changes');
  };
  try {
    await sql.listen(CHANNEL, forget, connected);
  } catch (err) {
    logger.warn({ err }, 'not listening for price changes');
  }
}
