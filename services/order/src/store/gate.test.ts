import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { MongoError, MongoNetworkError, MongoServerError } from 'mongodb';
import { Refusal } from '../domain/refusal.ts';
import { createGate, type Gate } from './gate.ts';

const away = async (): Promise<never> => Promise.reject(new MongoNetworkError('away'));
const answered = (code: number) => async (): Promise<never> => Promise.reject(new MongoServerError({ code }));
const isUnavailable = (error: unknown): boolean => error instanceof Refusal && error.code === 'dependency_unavailable';

let probes = 0;
let probe: () => Promise<unknown> = away;
let gate: Gate;
/** Lets what is promised happen, without any time going by. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  probes = 0;
  probe = away;
  gate = createGate(() => {
    probes += 1;
    return probe();
  });
});

/** Whether an operation is tried by the gate's own will. */
const isTried = async (): Promise<boolean> => {
  let tried = false;
  await gate
    .reaching(async () => {
      tried = true;
    })
    .catch((error: unknown) => assert.ok(isUnavailable(error)));
  return tried;
};

const shut = async (): Promise<void> => {
  await assert.rejects(gate.reaching(away), isUnavailable);
  await settled();
};

test('once the database was out of reach, operations are refused the same way without being tried', async () => {
  assert.equal(await isTried(), true);
  await shut();
  assert.equal(gate.isShut, true);
  for (let i = 0; i < 100; i += 1) assert.equal(await isTried(), false);
  assert.equal(gate.refusals, 100);
  assert.equal(probes, 1, 'and nobody but the gate itself tries');
});

test('an operation without an answer in 5 s shuts the gate', async () => {
  const hanging = gate.reaching(
    ({ signal }) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  );
  const refused = assert.rejects(hanging, isUnavailable);
  mock.timers.tick(5_000);
  await refused;
  assert.equal(await isTried(), false);
});

test('what a database answers leaves the gate open: duplicates, validation, elections, and our own mistakes', async () => {
  for (const code of [11_000, 121, 13, 10_107, 189]) await assert.rejects(gate.reaching(answered(code)));
  await assert.rejects(
    gate.reaching(() => Promise.reject(new TypeError('ours'))),
    TypeError,
  );
  const queued = Object.defineProperty(new MongoError('all busy'), 'name', { value: 'MongoWaitQueueTimeoutError' });
  await assert.rejects(gate.reaching(() => Promise.reject(queued)));
  assert.equal(await isTried(), true);
  assert.equal(probes, 0);
});

test('what must be written is tried while the gate is shut', async () => {
  await shut();
  assert.equal(await gate.insisting(async () => 'written'), 'written');
  await assert.rejects(gate.insisting(away), isUnavailable);
  assert.equal(gate.refusals, 0);
});

test('probes run one at a time, at once and then after 0.5, 1 and 2 s, until one opens the gate', async () => {
  await shut();
  const pauses = [500, 1_000, 2_000, 2_000, 2_000];
  for (const [i, ms] of pauses.entries()) {
    assert.equal(probes, i + 1);
    mock.timers.tick(ms - 1);
    await settled();
    assert.equal(probes, i + 1, `not before ${ms} ms`);
    mock.timers.tick(1);
    await settled();
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  probe = () => promise;
  mock.timers.tick(2_000);
  await settled();
  const running = probes;
  mock.timers.tick(4_000);
  await settled();
  assert.equal(probes, running, 'none beside the one under way');
  assert.equal(await isTried(), false);
  resolve();
  await settled();
  assert.equal(await isTried(), true);
});

test('a blip costs as long as one probe, and the next outage is noticed like the first', async () => {
  probe = async () => undefined;
  await shut();
  assert.equal(gate.isShut, false);
  probe = away;
  await shut();
  assert.equal(gate.isShut, true);
});

test('a probe that the database answers with an error has found it alive, unless it is between two primaries', async () => {
  probe = answered(10_107);
  await shut();
  assert.equal(gate.isShut, true);
  probe = answered(13);
  mock.timers.tick(500);
  await settled();
  assert.equal(gate.isShut, false);
});

test('an operation from before the gate opened again does not shut it', async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const late = assert.rejects(
    gate.reaching(() => promise),
    isUnavailable,
  );
  probe = async () => undefined;
  await shut();
  probe = away;
  reject(new MongoNetworkError('from before'));
  await late;
  assert.equal(gate.isShut, false);
});

test('a closed gate probes no more', async () => {
  await shut();
  gate.close();
  mock.timers.tick(60_000);
  await settled();
  assert.equal(probes, 1);
});
