import { equal } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { OTHER, PARTS, partOf } from './parts.ts';

const repository = new URL('../../../', import.meta.url);
const inFile = (path: string): string => partOf({ name: 'any', url: new URL(path, repository).href });
const native = (name: string): string => partOf({ name, url: '' });

test('files of the library are parted by layer, the first entry that names them', () => {
  equal(inFile('packages/rpc/src/wire/native/write.ts'), 'wire: writing');
  equal(inFile('packages/rpc/src/wire/native/framing.ts'), 'wire: reading');
  equal(inFile('packages/rpc/src/client/link.ts'), 'client: calls and policies');
  equal(inFile('packages/rpc/src/policy/breaker.ts'), 'client: calls and policies');
  equal(inFile('packages/rpc/src/server/validate.ts'), 'contract: testing values');
  equal(inFile('packages/rpc/src/server/stack.ts'), 'server: calls and dispatch');
  equal(inFile('packages/rpc/src/core/timer-wheel.ts'), 'timers and clocks');
  equal(inFile('packages/rpc/src/core/context.ts'), 'core: context, filters');
});

test('generated source is parted by its name', () => {
  equal(partOf({ name: 'f0', url: 'cmdrpc:accept' }), 'contract: testing values');
  equal(partOf({ name: 'f0', url: 'cmdrpc:write' }), 'wire: writing');
  equal(partOf({ name: 'f0', url: 'cmdrpc:read' }), 'wire: reading');
});

test('packages are parted by their own path, wherever they are installed', () => {
  equal(inFile('node_modules/.pnpm/zod@4.0.0/node_modules/zod/v4/core/parse.js'), 'contract: testing values');
  equal(inFile('node_modules/.pnpm/moleculer@1/node_modules/moleculer/src/transit.js'), 'other packages');
  equal(partOf({ name: 'any', url: 'file:///elsewhere/node_modules/msgpackr/pack.js' }), 'wire: writing');
});

test('Node and its natives are parted by what they do', () => {
  equal(native('writeBuffer'), 'socket writes (kernel)');
  equal(native('(program)'), 'event loop, reads (kernel)');
  equal(native('(garbage collector)'), 'collecting garbage');
  equal(partOf({ name: 'Socket._write', url: 'node:net' }), 'streams and sockets of Node');
  equal(partOf({ name: 'format', url: 'node:internal/util/inspect' }), 'Node, whatever else');
  equal(native('somethingNew'), OTHER);
});

test('what the table names of the repository is there', () => {
  for (const place of PARTS.flatMap(({ places = [] }) => places)) {
    if (/^(node|cmdrpc):|^node_modules/.test(place)) continue;
    equal(existsSync(new URL(place, repository)), true, `${place} is gone; its part counts nothing`);
  }
});
