import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { PacketDecoder } from '../src/wire/nest/framing.ts';
import { routeOfPattern } from '../src/wire/nest/pattern.ts';
import { writePacket } from '../src/wire/nest/write.ts';
import { Outgoing } from '../src/wire/outgoing.ts';
import { ProtocolError } from '../src/wire/protocol-error.ts';

const hex = z.string().regex(/^(?:[0-9a-f]{2})+$/);
const vectors = z
  .object({
    source: z.string(),
    packets: z
      .array(z.object({ name: z.string(), from: z.enum(['client', 'server']), hex, packet: z.unknown() }))
      .min(18),
    refused: z.array(z.object({ name: z.string(), hex })).min(10),
    routes: z.array(z.object({ pattern: z.unknown(), route: z.string() })).min(6),
  })
  .parse(JSON.parse(readFileSync(new URL('./vectors/nest.json', import.meta.url), 'utf8')));

const decode = (chunks: readonly Buffer[]): string[] => {
  const texts: string[] = [];
  const decoder = new PacketDecoder(4 * 1024 * 1024, (text) => void texts.push(text));
  for (const chunk of chunks) decoder.feed(chunk);
  return texts;
};

for (const { name, from, hex: recorded, packet } of vectors.packets) {
  test(`${from}: ${name} is read and written byte for byte`, () => {
    const bytes = Buffer.from(recorded, 'hex');
    const [text = '', ...more] = decode([bytes]);
    assert.deepEqual([JSON.parse(text), more], [packet, []]);
    assert.deepEqual(decode(Array.from(bytes, (byte) => Buffer.of(byte))), [text]);
    const out = new Outgoing();
    writePacket(out, JSON.stringify(packet));
    assert.equal(Buffer.concat(out.take()).toString('hex'), recorded);
  });
}

for (const { name, hex: bytes } of vectors.refused) {
  test(`refused: ${name}`, () => {
    assert.throws(() => decode([Buffer.from(bytes, 'hex')]), ProtocolError);
  });
}

for (const { pattern, route } of vectors.routes) {
  test(`the route of ${JSON.stringify(pattern)} is ${route}`, () => assert.equal(routeOfPattern(pattern), route));
}
