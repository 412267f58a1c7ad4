import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { Refusal } from '../src/domain/refusal.ts';
import { openOrderDatabase } from '../src/store/mongo.ts';
import { watchMonitor } from '../src/store/monitor-watch.ts';
import { startDatabase } from './support/shop.ts';

const works = (operation: () => Promise<unknown>): Promise<boolean> =>
  operation().then(
    () => true,
    () => false,
  );

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; !(await holds()); await wait(20))
    assert.ok(performance.now() < end, `${what}: not within 20 s`);
}

test('a database that was away for longer than the driver looks for it is found all the same', async (t) => {
  const { wire, uri, stop } = await startDatabase();
  t.after(stop);
  await wire.cut();
  const late = openOrderDatabase(uri);
  t.after(() => late.close());
  // As long as the driver looks; what connects after that has to begin anew.
  await assert.rejects(late.prepare(), Refusal);
  await wire.mend();
  await until('it is found', () => works(late.prepare));
});

test('a monitor that hangs is replaced, also when the database is still away then', async (t) => {
  const { wire, uri, stop } = await startDatabase();
  t.after(stop);
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 200, connectTimeoutMS: 200 });
  const endWatch = watchMonitor(client, 100);
  t.after(async () => {
    endWatch();
    await client.close();
  });
  const ping = () => client.db().command({ ping: 1 });
  await ping();
  await wire.cut();
  // The last that is heard of a look that hangs is that it began.
  const begin = client.listeners('serverHeartbeatStarted');
  for (const event of ['serverHeartbeatStarted', 'serverHeartbeatSucceeded', 'serverHeartbeatFailed'] as const)
    client.removeAllListeners(event);
  const closedTwice = new Promise<void>((resolve) => {
    let times = 0;
    client.on('topologyClosed', () => {
      times += 1;
      if (times === 2) resolve();
    });
  });
  for (const each of begin) each(undefined as never);
  // Closed for its monitor, and once more when nobody was there to connect to.
  await closedTwice;
  assert.equal(await works(ping), false);
  await wire.mend();
  await until('it is found', () => works(ping));
});
