import type { Logger } from 'cmdrpc';
import type { Provider } from '../provider/provider.ts';
import type { InFlight } from './in-flight.ts';

/** Together with the server's drain and the database's goodbye these fit into the 25 s a process has to stop. */
const CHARGE_GRACE_MS = 6_000;
const RECORD_GRACE_MS = 2_000;

/**
 * Waits for the charges under way; what takes longer is cut and recorded as unknown, which recovery looks up.
 * Called when the server takes no more calls.
 */
export async function stopCharges(parts: {
  readonly inFlight: InFlight;
  readonly provider: Provider;
  readonly logger: Logger;
}): Promise<void> {
  const { inFlight, provider, logger } = parts;
  const cut = await inFlight.settled(CHARGE_GRACE_MS);
  if (cut > 0) logger.warn({ charges: cut, graceMs: CHARGE_GRACE_MS }, 'charges under way are cut');
  await provider.close();
  const left = await inFlight.settled(RECORD_GRACE_MS);
  if (left > 0) logger.error({ charges: left }, 'charges are left as they are, for recovery');
}
