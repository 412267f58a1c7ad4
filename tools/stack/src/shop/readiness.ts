import { setTimeout as wait } from 'node:timers/promises';

const READY_WITHIN_MS = 30_000;
const POLL_MS = 50;

/** Resolves when the gateway says that it and everything it calls can take orders. */
export async function waitUntilReady(url: string, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + READY_WITHIN_MS;
  for (let last = 'no answer'; ; await wait(POLL_MS, undefined, { ...(signal && { signal }) })) {
    try {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
      const said = await response.text();
      if (response.ok) return;
      last = `${response.status} ${said}`;
    } catch (cause) {
      last = cause instanceof Error ? cause.message : String(cause);
    }
    if (performance.now() > end) throw new Error(`the gateway was not ready in ${READY_WITHIN_MS / 1_000} s: ${last}`);
  }
}
