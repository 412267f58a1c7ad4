import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readComposeFile } from './harness/compose-file.ts';

const { services, networks, volumes } = await readComposeFile();
const OWN = ['order', 'user', 'product', 'payment', 'payment-sandbox'];

test('only the gateway publishes a port', () => {
  const published = Object.entries(services).flatMap(([name, { ports }]) => ports.map((port) => [name, port]));
  assert.deepEqual(published, [['order', '3004:3004']]);
});

test('every service has a health check, and whatever needs another waits until it is healthy', () => {
  for (const [name, { depends_on, healthcheck }] of Object.entries(services)) {
    assert.equal(healthcheck.test[0], 'CMD', name);
    for (const needed of Object.keys(depends_on)) assert.ok(needed in services, `${name} waits for ${needed}`);
  }
  assert.deepEqual(Object.keys(services.order?.depends_on ?? {}).sort(), ['mongo', 'payment', 'product', 'user']);
});

test('networks and volumes that are used exist, and none is left over', () => {
  const used = Object.values(services);
  assert.deepEqual(
    [...new Set(used.flatMap((service) => service.networks ?? []))].sort(),
    Object.keys(networks).sort(),
  );
  const named = used.flatMap((service) => service.volumes.filter((volume) => !volume.startsWith('.')));
  assert.deepEqual(named.map((volume) => volume.split(':')[0]).sort(), Object.keys(volumes).sort());
});

test('our own images can write nowhere but to /tmp and their volume, and have no privileges', () => {
  for (const name of OWN) {
    const service = services[name];
    assert.ok(service?.build, name);
    assert.equal(service.read_only, true, name);
    assert.equal(service.init, true, name);
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    assert.equal(service.stop_grace_period, '30s', name);
  }
});

test('a database is reached by its services and by nobody else', () => {
  const reaches = (name: string) => services[name]?.networks ?? [];
  const clients = (database: string) =>
    Object.keys(services).filter(
      (name) => name !== database && reaches(name).some((network) => reaches(database).includes(network)),
    );
  assert.deepEqual(clients('mongo'), ['order']);
  assert.deepEqual(clients('postgres'), ['user', 'product', 'payment']);
});
