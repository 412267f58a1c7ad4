import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARDS } from './cards.ts';
import { NOTICES } from './notices.ts';
import { LINKS, PROCESSES, scheduleOf } from './schedule.ts';

const SEEDS = Array.from({ length: 2_000 }, (_, seed) => seed);
const RACE_MS = 120;

test('a seed has one schedule, and another seed another', () => {
  assert.deepEqual(scheduleOf(1_234), scheduleOf(1_234));
  assert.notDeepEqual(scheduleOf(1_234).acts, scheduleOf(1_235).acts);
});

test('every schedule has orders and a fault, in the order of time and over in three seconds', () => {
  for (const seed of SEEDS) {
    const { acts, faults } = scheduleOf(seed);
    assert.ok(acts.some(({ what }) => what.kind === 'place'));
    assert.ok(faults.length > 0);
    for (const list of [acts, faults]) {
      const times = list.map(({ atMs }) => atMs);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
    }
    for (const { atMs, what } of faults) assert.ok(atMs + ('forMs' in what ? what.forMs : 0) <= 3_000);
  }
});

test('an order is touched by others only after it was placed, and pried into only by the other customer', () => {
  for (const seed of SEEDS.slice(0, 200)) {
    const { acts } = scheduleOf(seed);
    const owners = new Map<number, number>();
    for (const { what } of acts) {
      if (what.kind === 'list') continue;
      if (what.kind === 'place') owners.set(what.order, what.who);
      const isOwner = owners.get(what.order) === what.who;
      assert.equal(isOwner, what.kind !== 'pry', `seed ${seed}, ${what.kind} of order ${what.order}`);
    }
  }
});

test('among many seeds accounts are paid into with every kind of notice, never, and while their order is canceled', () => {
  const seen = new Set<string>();
  for (const seed of SEEDS) {
    const { acts } = scheduleOf(seed);
    for (const { what } of acts)
      if (what.kind === 'place' || what.kind === 'pay') seen.add(`${what.kind} ${what.means}`);
      else if (what.kind === 'pry') seen.add(`pry ${what.how}`);
    for (const { atMs, what: deposit } of acts) {
      if (deposit.kind !== 'deposit') continue;
      seen.add(`notice ${deposit.notice}`);
      for (const { atMs: cancelAtMs, what } of acts)
        if (what.kind === 'cancel' && what.order === deposit.order && Math.abs(cancelAtMs - atMs) <= RACE_MS)
          seen.add(cancelAtMs < atMs ? 'cancel before deposit' : 'deposit before cancel');
    }
    const paidInto = new Set(acts.flatMap(({ what }) => (what.kind === 'deposit' ? what.order : [])));
    if (acts.some(({ what }) => what.kind === 'place' && what.means === 'account' && !paidInto.has(what.order)))
      seen.add('never paid into');
  }
  const wanted = [
    ...['place', 'pay'].flatMap((kind) => [...CARDS, 'account'].map((means) => `${kind} ${means}`)),
    ...['read', 'pay', 'cancel', 'forge'].map((how) => `pry ${how}`),
    ...NOTICES.map((notice) => `notice ${notice}`),
    ...['cancel before deposit', 'deposit before cancel', 'never paid into'],
  ];
  assert.deepEqual(
    wanted.filter((each) => !seen.has(each)),
    [],
  );
});

test('among many seeds every process is killed, paused and stopped, and every link broken in every way', () => {
  const seen = new Set<string>();
  for (const seed of SEEDS)
    for (const { what } of scheduleOf(seed).faults) {
      seen.add(
        'process' in what ? `${what.kind} ${what.process}` : 'link' in what ? `${what.kind} ${what.link}` : what.kind,
      );
      if (what.kind === 'provider') for (const knob of Object.keys(what.knobs)) seen.add(`provider ${knob}`);
    }
  const wanted = [
    ...['kill', 'down', 'stop', 'pause'].flatMap((kind) => PROCESSES.map((name) => `${kind} ${name}`)),
    ...['cut', 'delay', 'split', 'tear', 'silence'].flatMap((kind) => LINKS.map((link) => `${kind} ${link}`)),
    ...[
      'delayMs',
      'dropBeforeCommit',
      'dropAfterCommit',
      'errorAfterCommit',
      'nonJson',
      'wrongAmount',
      'notFoundMs',
    ].map((knob) => `provider ${knob}`),
    'kill-all',
  ];
  assert.deepEqual(
    wanted.filter((each) => !seen.has(each)),
    [],
  );
});
