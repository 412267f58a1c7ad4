import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callBytes, FRAME, fakeClock, helloBytes, memoryNetwork, rawPeer } from 'cmdrpc/testing';
import { connect, gate, type LabClient, passing, serve, until } from './fixture.ts';

const once = { retry: { maxAttempts: 1 } };

test('what runs is finished and answered, what comes later is refused as unprocessed', async (t) => {
  const hold = gate();
  const { server, target } = await serve(t, { pay: () => hold.passed.then(() => 'kept') });
  const client = connect(t, target, once);
  await client.$.ready();
  const running = [client.pay(1), client.pay(2)];
  await until(() => server.stats().inFlight === 2, 'both to run');
  const closing = server.close();
  assert.equal(server.close(), closing);
  await until(() => client.$.state !== 'ready', 'the client to hear of it');
  const late = await client.look.safe(1);
  assert.deepEqual([late.error?.code, late.error?.delivery], ['unavailable', 'unsent']);
  hold.open();
  assert.deepEqual(await Promise.all(running), ['kept', 'kept']);
  assert.deepEqual(await closing, { completed: 2, refused: 0, aborted: 0, forced: 0 });
  assert.deepEqual(server.stats(), { ...server.stats(), inFlight: 0, connections: 0 });
});

test('requests already in the pipe behind GOAWAY are refused one by one', async (t) => {
  const hold = gate();
  const { server, port } = await serve(t, { look: () => hold.passed });
  const peer = await rawPeer(t, port);
  peer.send(helloBytes(), callBytes('look', 1, 1));
  await until(() => server.stats().inFlight === 1, 'the first to run');
  const closing = server.close();
  peer.send(callBytes('look', 2, 1), callBytes('look', 3, 1));
  await until(() => peer.frames.filter(({ type }) => type === FRAME.error).length === 2, 'two refusals');
  const goaway = peer.frames.find(({ type }) => type === FRAME.goaway);
  assert.equal(goaway?.callId, 1);
  for (const { flags, aux, body } of peer.frames.filter(({ type }) => type === FRAME.error)) {
    assert.deepEqual([flags & 0x10, aux, (body as { code: string }).code], [0x10, 0, 'draining']);
  }
  hold.open();
  assert.deepEqual(await closing, { completed: 1, refused: 2, aborted: 0, forced: 0 });
  assert.equal(peer.frames.filter(({ type }) => type === FRAME.response).length, 1);
});

test('a handler that heeds its abort still answers; one that ignores it is forced and its caller left in doubt', async (t) => {
  const clock = fakeClock();
  const options = { clock, network: memoryNetwork() };
  const { server, target } = await serve(
    t,
    {
      pay: (_, ctx) => new Promise((resolve) => ctx.signal.addEventListener('abort', () => resolve('put back'))),
      look: () => new Promise(() => undefined),
    },
    options,
  );
  const client = connect(t, target, { ...options, ...once, timeoutMs: 1e6 });
  const [heeding, ignoring] = [client.pay.safe(1), client.look.safe(2)];
  await clock.advance(10);
  const closing = server.close({ drainMs: 500 });
  await clock.advance(400);
  assert.equal(server.stats().inFlight, 2);
  const report = await passing(clock, closing);
  assert.deepEqual(report, { completed: 0, refused: 0, aborted: 2, forced: 1 });
  assert.deepEqual((await heeding).value, 'put back');
  const { error } = await ignoring;
  assert.deepEqual([error?.code, error?.reason, error?.delivery], ['unavailable', 'connection_lost', 'unknown']);
});

test('an event nobody waits for is aborted too when the time is over', async (t) => {
  const aborted = gate();
  const { server, target } = await serve(t, {
    happened: (_, ctx) =>
      new Promise((resolve) => {
        ctx.signal.addEventListener('abort', () => {
          aborted.open();
          resolve();
        });
      }),
  });
  await connect(t, target).happened.emit({ id: 'a' });
  await until(() => server.stats().inFlight === 1, 'the event to run');
  assert.deepEqual(await server.close({ drainMs: 10 }), { completed: 0, refused: 0, aborted: 1, forced: 0 });
  await aborted.passed;
});

test('drainMs Infinity waits for as long as it takes', async (t) => {
  const hold = gate();
  const { server, target } = await serve(t, { pay: () => hold.passed });
  const call = connect(t, target).pay(1);
  await until(() => server.stats().inFlight === 1, 'the call to run');
  const closing = server.close({ drainMs: Number.POSITIVE_INFINITY });
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(server.stats().inFlight, 1);
  hold.open();
  await call;
  assert.deepEqual(await closing, { completed: 1, refused: 0, aborted: 0, forced: 0 });
});

test('a client whose greeting crosses the closing is told so, and its call is known as unprocessed', async (t) => {
  let ran = 0;
  const { server, port } = await serve(t, {
    look: () => {
      ran += 1;
    },
  });
  const peer = await rawPeer(t, port);
  await until(() => server.stats().connections === 1, 'the connection');
  const closing = server.close();
  peer.send(helloBytes(), callBytes('look', 1, 1));
  await closing;
  await until(() => peer.closed, 'the end');
  const goaway = peer.frames.find(({ type }) => type === FRAME.goaway);
  assert.ok(goaway);
  assert.deepEqual([goaway.callId, (goaway.body as { reason: string }).reason], [0, 'draining']);
  assert.equal(ran, 0);
});

test('closing a server leaves no timer behind', async (t) => {
  const clock = fakeClock();
  const options = { clock, network: memoryNetwork() };
  const { server, target } = await serve(t, {}, options);
  const client = connect(t, target, options);
  await passing(clock, client.look(1));
  await passing(clock, client.$.close());
  await passing(clock, server.close());
  await clock.advance(50);
  assert.equal(clock.pending, 0);
});

test('a rolling restart under load loses no reply and runs nothing twice, unsafe commands included', async (t) => {
  const runs = new Map<number, number>();
  let reports = { completed: 0, refused: 0 };
  const start = (port = 0) =>
    serve(
      t,
      {
        pay: async (input) => {
          const id = Number(input);
          runs.set(id, (runs.get(id) ?? 0) + 1);
          await new Promise((resolve) => setTimeout(resolve, id % 15));
          return id;
        },
      },
      {},
      port,
    );
  let servers = [await start(), await start()];
  const target = servers.map((each) => each.target).join(',');
  const clients: LabClient[] = Array.from({ length: 4 }, () => connect(t, target));
  await Promise.all(clients.map((client) => client.$.ready()));
  let next = 0;
  let stop = false;
  const failures: unknown[] = [];
  const worker = async (client: LabClient): Promise<void> => {
    while (!stop) {
      next += 1;
      const id = next;
      await client.pay(id).then(
        (answer) => assert.equal(answer, id),
        (error: unknown) => {
          failures.push(error);
          stop = true;
        },
      );
    }
  };
  const workers = clients.flatMap((client) => Array.from({ length: 10 }, () => worker(client)));
  for (let round = 0; round < 6; round += 1) {
    const [leaving, staying] = round % 2 === 0 ? [servers[0], servers[1]] : [servers[1], servers[0]];
    assert.ok(leaving !== undefined && staying !== undefined);
    const from = next;
    await until(() => next > from + 200 || stop, 'some load');
    const report = await leaving.server.close();
    assert.deepEqual([report.aborted, report.forced], [0, 0]);
    reports = { completed: reports.completed + report.completed, refused: reports.refused + report.refused };
    const back = await start(leaving.port);
    servers = round % 2 === 0 ? [back, staying] : [staying, back];
    // As an orchestrator does: the next one leaves when the one before is in use again.
    const inUse = () => clients.every(({ $ }) => $.stats().endpoints.every(({ state }) => state === 'ready'));
    await until(() => inUse() || stop, 'every client to use both again');
  }
  stop = true;
  await Promise.all(workers);
  assert.deepEqual(failures, []);
  assert.equal(runs.size, next);
  assert.ok([...runs.values()].every((count) => count === 1));
  assert.ok(reports.completed > 0);
});
