import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer } from 'cmdrpc';
import { callBytes, FRAME, helloBytes, rawPeer } from 'cmdrpc/testing';
import { connect, lab, listening, serve, until } from './fixture.ts';

const TOKEN = 'correct horse battery staple';

test('the right token is served; a wrong, a longer and a missing one are refused as such', async (t) => {
  const logger = listening();
  const { target } = await serve(t, {}, { authToken: TOKEN, logger });
  assert.equal(await connect(t, target, { authToken: TOKEN }).pay('in'), 'in');
  for (const authToken of ['wrong', `${TOKEN} `, TOKEN.slice(1), '', undefined]) {
    const { error } = await connect(t, target, { authToken }).pay.safe(1);
    assert.deepEqual([error?.code, error?.reason, error?.delivery], ['unauthenticated', 'hello_rejected', 'unsent']);
    assert.equal(error?.httpStatus, 401);
  }
  assert.equal(JSON.stringify(logger.lines).includes('horse'), false);
});

test('a refused client is told so at once, calls meanwhile included, and dials no faster than one that cannot connect', async (t) => {
  const logger = listening();
  const { server, target } = await serve(t, {}, { authToken: TOKEN, logger });
  const client = connect(t, target, { authToken: 'wrong', retry: { maxAttempts: 1 } });
  const results = await Promise.all(Array.from({ length: 200 }, () => client.pay.safe(1)));
  assert.ok(results.every(({ error }) => error?.reason === 'hello_rejected'));
  for (let call = 0; call < 100; call += 1) await client.pay.safe(1);
  const rejected = logger.lines.filter(({ message }) => message === 'rpc greeting rejected').length;
  assert.ok(rejected < 20, `${rejected} greetings for 300 calls`);
  assert.ok(server);
});

test('a stranger learns nothing but that it was refused: no name, no limits, no answers', async (t) => {
  let ran = 0;
  const { port } = await serve(
    t,
    {
      look: () => {
        ran += 1;
      },
    },
    { name: 'secret-service', authToken: TOKEN },
  );
  const peer = await rawPeer(t, port);
  peer.send(helloBytes({ authToken: 'guess' }), callBytes('look', 1, 1), callBytes('nothing', 2, 1));
  await until(() => peer.closed, 'the server to hang up');
  assert.deepEqual(
    peer.frames.map(({ type, body }) => [type, body]),
    [[FRAME.goaway, { reason: 'hello_rejected', message: 'rejected the greeting' }]],
  );
  assert.equal(peer.bytes().includes('secret-service'), false);
  assert.equal(ran, 0);
});

test('an empty token on the server is a mistake and not an open door', () => {
  assert.throws(() => createServer({ authToken: '' }).implement(lab, {} as never), /authToken must not be empty/);
});
