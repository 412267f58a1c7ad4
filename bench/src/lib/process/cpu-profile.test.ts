import { deepEqual, ok } from 'node:assert/strict';
import type { Profiler } from 'node:inspector';
import { test } from 'node:test';
import { POLLING, selfTimesOf, startProfile, stopProfile } from './cpu-profile.ts';

const node = (
  id: number,
  functionName: string,
  place: { readonly url?: string; readonly scriptId?: string; readonly line?: number } = {},
  children: number[] = [],
): Profiler.ProfileNode => {
  const { url = '', scriptId = '0', line = 0 } = place;
  return { id, callFrame: { functionName, scriptId, url, lineNumber: line - 1, columnNumber: 0 }, children };
};

const profileOf = (nodes: Profiler.ProfileNode[], samples: number[]): Profiler.Profile => ({
  nodes,
  samples,
  timeDeltas: samples.map(() => 500),
  startTime: 0,
  endTime: 500 * samples.length,
});

test('a function is one entry however it was called, and idle time is none', () => {
  const write = { url: 'file:///write.ts', scriptId: '7', line: 3 };
  const nodes = [
    node(1, '(root)', {}, [2, 3, 4]),
    node(2, 'write', write),
    node(3, '(idle)'),
    node(4, 'flush', { url: 'file:///flush.ts', scriptId: '8', line: 9 }, [5]),
    node(5, 'write', write),
  ];
  deepEqual(selfTimesOf(profileOf(nodes, [2, 3, 5, 4, 3])), [
    { name: 'write', url: 'file:///write.ts', line: 3, selfUs: 1_000 },
    { name: 'flush', url: 'file:///flush.ts', line: 9, selfUs: 500 },
  ]);
});

test('a nameless native counts for its caller, a named one for itself', () => {
  const nodes = [
    node(1, 'byteLength', { url: 'node:buffer', scriptId: '2', line: 5 }, [2, 3]),
    node(2, ''),
    node(3, 'utf8Slice'),
  ];
  deepEqual(selfTimesOf(profileOf(nodes, [1, 2, 3, 3])), [
    { name: 'byteLength', url: 'node:buffer', line: 5, selfUs: 1_000 },
    { name: 'utf8Slice', url: '', line: 0, selfUs: 500 },
  ]);
});

test('a script that the profile does not name is looked up by its number', () => {
  const nodes = [node(1, 'f0', { scriptId: '9', line: 4 })];
  deepEqual(selfTimesOf(profileOf(nodes, [1, 1]), new Map([['9', 'cmdrpc:accept']])), [
    { name: 'f0', url: 'cmdrpc:accept', line: 4, selfUs: 500 },
  ]);
});

test('a profile of this process finds what it did, generated source too', async () => {
  const spin = (untilMs: number): void => {
    while (performance.now() < untilMs);
  };
  const generated = new Function('spin', 'return (untilMs) => { spin(untilMs); };\n//# sourceURL=test:generated');
  await startProfile();
  generated(spin)(performance.now() + 50);
  const profile = await stopProfile();
  ok(profile.some(({ name, url }) => name === 'spin' && url === import.meta.url));
  ok(profile.some(({ name }) => name === POLLING));
});
