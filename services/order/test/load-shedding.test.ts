import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HONG } from './support/peers.ts';
import { until } from './support/process.ts';
import { type Answer, SEED_REQUEST, send } from './support/requests.ts';
import { startRunningService } from './support/running-service.ts';

/** Nearly as large as a body may be, and wrong in every place: what costs the process most for one request. */
const HEAVY = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`unknown${i}`, i]));

test('what a process cannot keep up with is refused at once, what it took on is finished, and it heals by itself', async () => {
  // Few milliseconds of delay, so that this machine reaches them; what happens beyond is the same.
  const { database, payment, url } = await startRunningService({
    RATE_LIMIT_ENABLED: 'false',
    LOAD_SHED_EVENT_LOOP_DELAY_MS: '2',
  });
  const place = () => send(`${url}/order`, 'POST', SEED_REQUEST);
  const answers: Answer[] = [];
  let isOver = false;
  const keepOn = async (work: () => Promise<unknown>): Promise<void> => {
    while (!isOver) await work();
  };
  const heavy = Array.from({ length: 8 }, () => keepOn(() => send(`${url}/order`, 'POST', HEAVY)));
  const buyers = Array.from({ length: 4 }, () => keepOn(async () => answers.push(await place())));
  await until(() => answers.some(({ status }) => status === 503));
  // For orchestrators and operators it goes on answering.
  for (const path of ['/health/live', '/metrics']) assert.equal((await fetch(`${url}${path}`)).status, 200, path);
  isOver = true;
  await Promise.all([...heavy, ...buyers]);

  const refused = answers.filter(({ status }) => status === 503);
  for (const { body, headers } of refused) {
    assert.equal(body.code, 'overloaded');
    assert.equal(headers.get('retry-after'), '5');
  }
  await until(async () => {
    const answer = await place();
    answers.push(answer);
    return answer.status === 201;
  });
  const paid = answers.filter(({ status }) => status === 201);
  assert.ok(
    answers.every(({ status }) => status === 201 || status === 503),
    'nothing is cut off half way',
  );
  const stored = await database.orders.listOwn(HONG, { limit: 100_000 });
  assert.ok(stored.every(({ status }) => status === 'paymentProcessed'));
  assert.deepEqual([stored.length, payment.asked.length], [paid.length, paid.length], 'a refused order is no order');
});
