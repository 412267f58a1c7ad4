import { SEED_ORDER } from '../shop/seed-order.ts';
import type { Stack } from '../stack.ts';

/**
 * Places the seed order over HTTP, reads it back, and prints both.
 * @throws {Error} when it was not paid.
 */
export async function placeDemoOrder(stack: Stack, write: (line: string) => void): Promise<void> {
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
  const request = { headers, signal: AbortSignal.timeout(20_000) };
  write(`\nPOST ${stack.urls.order}/order`);
  const placed = await fetch(`${stack.urls.order}/order`, {
    ...request,
    method: 'POST',
    body: JSON.stringify(SEED_ORDER),
  });
  const body: unknown = await placed.json();
  write(`${placed.status} ${placed.statusText}\n${JSON.stringify(body, null, 2)}`);
  if (placed.status !== 201) throw new Error(`the demo order was answered ${placed.status}, not 201`);
  const location = new URL(placed.headers.get('location') ?? '', stack.urls.order);
  const read = await fetch(location, request);
  if (read.status !== 200) throw new Error(`the demo order cannot be read back: ${location} answered ${read.status}`);
  write(
    `GET ${location}\n${read.status} ${read.statusText}: the same order, read back · 저장된 주문을 다시 읽었습니다\n`,
  );
}
