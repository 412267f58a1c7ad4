import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointName, parseTarget } from './address.ts';

test('one endpoint, several with commas, or a list', () => {
  assert.deepEqual(parseTarget('tcp://localhost:4020'), [{ host: 'localhost', port: 4020 }]);
  assert.deepEqual(parseTarget(' tcp://a:1 , tcp://b:65535,'), [
    { host: 'a', port: 1 },
    { host: 'b', port: 65_535 },
  ]);
  assert.deepEqual(parseTarget(['tcp://[::1]:4020', 'tcp://10.0.0.1:5']), [
    { host: '::1', port: 4020 },
    { host: '10.0.0.1', port: 5 },
  ]);
});

test('a name to look up and a socket file are told apart from an address', () => {
  assert.deepEqual(parseTarget('dns:///products:4020'), [{ name: 'products', port: 4020 }]);
  assert.deepEqual(parseTarget('unix:/run/a.sock'), [{ path: '/run/a.sock' }]);
});

test('anything else is refused with the part that is wrong', () => {
  const wrong = [
    '',
    ' , ',
    'localhost:4020',
    'http://a:1',
    'tcp://a',
    'tcp://a:0',
    'tcp://a:65536',
    'tcp://a:1/',
    'tcp://:1',
  ];
  for (const target of [...wrong, 'tcp://a b:1', 'tcp://::1:4020', 'tcp://a:x', 'dns://a:1', 'unix:a']) {
    assert.throws(() => parseTarget(target), TypeError, target);
  }
  assert.throws(() => parseTarget('tcp://a:1,tcp://b'), /"tcp:\/\/b" is not of the form/);
  assert.throws(() => parseTarget([]), /names no endpoint/);
});

test('an endpoint has one name, with brackets where the address has colons', () => {
  assert.equal(endpointName({ host: 'a', port: 1 }), 'a:1');
  assert.equal(endpointName({ host: '::1', port: 4020 }), '[::1]:4020');
  assert.equal(endpointName({ path: '/run/a.sock' }), 'unix:/run/a.sock');
});
