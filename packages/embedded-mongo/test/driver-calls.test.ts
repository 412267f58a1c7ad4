import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { EJSON } from 'bson';
import { MongoClient, MongoServerError } from 'mongodb';
import { DRIVER_CALLS, type DriverCall, type Row } from './driver-calls-table.ts';
import { mongoTargets } from './mongo-targets.ts';

for (const target of mongoTargets()) {
  describe(`driver calls against ${target.name}`, () => {
    let stop: () => Promise<void>;
    let client: MongoClient;
    let uri: string;

    before(async () => {
      const started = await target.start();
      stop = started.stop;
      uri = started.uri;
      client = new MongoClient(started.uri, { maxPoolSize: 50, serverSelectionTimeoutMS: 10_000 });
    });
    after(async () => {
      await client.db('driver_calls').dropDatabase();
      await client.close();
      await stop();
    });

    for (const [group, calls] of Object.entries(DRIVER_CALLS)) {
      describe(group, () => {
        for (const row of calls) it(row.name, () => check(row));
      });
    }

    async function check({ call, answers, fails }: DriverCall): Promise<void> {
      const db = client.db('driver_calls');
      const run = call({ uri, client, db, collection: db.collection<Row>(`c_${randomUUID()}`) });
      if (fails === undefined) {
        // Canonical extended JSON keeps the BSON types apart and the order of fields in sight.
        assert.deepEqual(shown(await run), shown(answers));
        return;
      }
      const error: unknown = await run.then(
        (answer) => assert.fail(`answered ${shown(answer)}`),
        (cause: unknown) => cause,
      );
      assert.ok(error instanceof MongoServerError, String(error));
      assert.equal(error.code, fails.code, error.message);
      if (fails.message !== undefined) assert.match(error.message, fails.message);
      for (const [name, value] of Object.entries(fails.fields ?? {})) assert.deepEqual(error[name], value);
    }
  });
}

function shown(value: unknown): string {
  return EJSON.stringify({ value }, { relaxed: false });
}
