import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf } from './network.ts';

test('an IPv4 address stands for itself, however its socket wrote it', () => {
  assert.equal(networkOf('203.0.113.7'), '203.0.113.7');
  assert.equal(networkOf('::ffff:203.0.113.7'), '203.0.113.7');
  assert.equal(networkOf('::FFFF:cb00:7107'), '203.0.113.7');
});

test('an IPv6 address stands for its household', () => {
  assert.equal(networkOf('2001:DB8:0:1::1'), '2001:db8:0:1::/64');
  assert.equal(networkOf('2001:db8:0:1:ffff:ffff:ffff:ffff'), '2001:db8:0:1::/64');
  assert.equal(networkOf('2001:db8::5'), '2001:db8:0:0::/64');
  assert.notEqual(networkOf('2001:db8:0:2::1'), networkOf('2001:db8:0:1::1'));
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
});

test('what is no address stands for itself', () => {
  assert.equal(networkOf('unknown'), 'unknown');
  assert.equal(networkOf('1:2:3'), '1:2:3');
});
