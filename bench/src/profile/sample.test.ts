import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { sharesOf } from './sample.ts';

test('a profile becomes shares of the whole, with the hottest function first', () => {
  const url = new URL('../../../packages/rpc/src/net/connection.ts', import.meta.url).href;
  const { shares, hottest } = sharesOf([
    { name: 'writeBuffer', url: '', line: 0, selfUs: 100 },
    { name: '#write', url, line: 178, selfUs: 300 },
    { name: '#flush', url, line: 162, selfUs: 100 },
  ]);
  deepEqual(shares, { 'socket writes (kernel)': 0.2, 'connections: flushing': 0.8 });
  deepEqual(hottest[0], { name: '#write', where: 'packages/rpc/src/net/connection.ts:178', share: 0.6 });
  deepEqual(
    hottest.map(({ where }) => where).filter((where) => where === 'native'),
    ['native'],
  );
});
