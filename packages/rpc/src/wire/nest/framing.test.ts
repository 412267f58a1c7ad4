import assert from 'node:assert/strict';
import { StringDecoder } from 'node:string_decoder';
import { test } from 'node:test';
import { seeded } from '../../testing/seeded.ts';
import { ProtocolError } from '../protocol-error.ts';
import { PacketDecoder } from './framing.ts';

const LIMIT = 64 * 1024;

const packet = (text: string): string => `${text.length}#${text}`;

const decode = (chunks: readonly Buffer[], limit = LIMIT): string[] => {
  const texts: string[] = [];
  const decoder = new PacketDecoder(limit, (text, bytes) => {
    assert.equal(bytes, Buffer.byteLength(text));
    texts.push(text);
  });
  for (const chunk of chunks) decoder.feed(chunk);
  return texts;
};

const TEXTS = [
  '{}',
  '안녕',
  '"é€😀"',
  '{"a":"é€😀"}',
  '👨‍👩‍👧 family',
  '7',
  '𠮷'.repeat(50),
  'x'.repeat(9_000),
  '한'.repeat(5_000),
];

test('a length counts UTF-16 units: a syllable one, an emoji two', () => {
  assert.deepEqual(decode([Buffer.from('4#안 😀2#{}')]), ['안 😀', '{}']);
  assert.equal('{"a":"é€😀"}'.length, 12);
  assert.deepEqual(decode([Buffer.from('12#{"a":"é€😀"}')]), ['{"a":"é€😀"}']);
});

test('any chunking gives the same packets, cut inside characters and lengths too', () => {
  const all = Buffer.from(TEXTS.map(packet).join('\n'));
  assert.deepEqual(decode([all]), TEXTS);
  assert.deepEqual(decode(Array.from(all, (byte) => Buffer.of(byte))), TEXTS);
  const random = seeded(7);
  for (let round = 0; round < 200; round += 1) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < all.length; ) {
      const size = 1 + Math.floor(random() * (random() < 0.5 ? 5 : 4_000));
      chunks.push(all.subarray(at, at + size));
      at += size;
    }
    assert.deepEqual(decode(chunks), TEXTS, `round ${round}`);
  }
});

test('it counts as a string decoder does, for any text', () => {
  const random = seeded(11);
  for (let round = 0; round < 300; round += 1) {
    const points = Array.from({ length: 1 + Math.floor(random() * 40) }, () => {
      const point = Math.floor(random() ** 3 * 0x10ffff);
      return point >= 0xd800 && point <= 0xdfff ? 0x61 : point;
    });
    const text = String.fromCodePoint(...points);
    const bytes = Buffer.from(packet(text));
    assert.equal(new StringDecoder().write(bytes), packet(text));
    assert.deepEqual(decode([bytes.subarray(0, bytes.length - 1), bytes.subarray(bytes.length - 1)]), [text]);
  }
});

test('a hundred thousand tiny packets in one chunk cost stack for one', () => {
  assert.equal(decode([Buffer.from('1#1'.repeat(100_000))]).length, 100_000);
});

test('blanks between packets and zeros before a length are heard', () => {
  assert.deepEqual(decode([Buffer.from('\r\n \t2#{}\n\n0002#[]')]), ['{}', '[]']);
});

const REFUSED: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
  'a length over the limit, before a byte of the body': [
    Buffer.from('65537#'),
    /65537 characters is over maxFrameBytes 65536/,
  ],
  'a length of 400 digits': [Buffer.from('9'.repeat(400)), /over 10 digits/],
  'a length of 0': [Buffer.from('0#'), /length 0/],
  'a stray HTTP request': [Buffer.from('GET / HTTP/1.1\r\n\r\n'), /holds byte 0x47/],
  'a sign': [Buffer.from('-5#{}'), /holds byte 0x2d/],
  'junk behind the digits': [Buffer.from('2xyz#{}'), /holds byte 0x78/],
  'no digits': [Buffer.from('#{}'), /holds byte 0x23/],
  'a blank inside the digits': [Buffer.from('1 2#'), /holds byte 0x20/],
  'blanks without end': [Buffer.alloc(65, 0x0a), /holds byte 0x0a/],
  'a length that ends inside an emoji': [Buffer.from('2#"😀"'), /inside a character/],
  'a byte that begins no character': [Buffer.from([0x33, 0x23, 0x22, 0xff, 0x22]), /not UTF-8/],
  'a continuation alone': [Buffer.from([0x33, 0x23, 0x22, 0x80, 0x22]), /not UTF-8/],
  'a character cut short': [Buffer.from([0x33, 0x23, 0x22, 0xe3, 0x22, 0x22]), /not UTF-8/],
  'an encoded surrogate': [Buffer.from([0x33, 0x23, 0x22, 0xed, 0xa0, 0x80, 0x22]), /not UTF-8/],
  'an overlong form': [Buffer.from([0x33, 0x23, 0x22, 0xe0, 0x80, 0x80, 0x22]), /not UTF-8/],
};

for (const [name, [bytes, message]] of Object.entries(REFUSED)) {
  test(`refuses ${name}, whole or byte by byte`, () => {
    for (const chunks of [[bytes], Array.from(bytes, (byte) => Buffer.of(byte))]) {
      assert.throws(
        () => decode(chunks),
        (error) => error instanceof ProtocolError && message.test(error.message),
      );
    }
  });
}

test('the limit is one of bytes: characters of three reach it sooner', () => {
  assert.throws(() => decode([Buffer.from(packet('한'.repeat(30_000)))]), /over 65536 bytes, its maxFrameBytes/);
  assert.equal(decode([Buffer.from(packet('한'.repeat(20_000)))]).length, 1);
});

test('a declared length alone holds nothing, and what is held is told', () => {
  const decoder = new PacketDecoder(LIMIT, () => undefined);
  decoder.feed(Buffer.from('65536#'));
  assert.equal(decoder.heldBytes, 5);
  decoder.feed(Buffer.from('abc'));
  assert.equal(decoder.heldBytes, 8);
  decoder.stop();
  assert.equal(decoder.heldBytes, 0);
});

test("stopped inside a packet's callback, nothing behind it is read", () => {
  const seen: string[] = [];
  const decoder: PacketDecoder = new PacketDecoder(LIMIT, (text) => {
    seen.push(text);
    decoder.stop();
  });
  decoder.feed(Buffer.from('1#11#2'));
  decoder.feed(Buffer.from('1#3'));
  assert.deepEqual(seen, ['1']);
});

test('random damage ends in packets or in a protocol error, never in anything else', () => {
  const seed = 20_261_123;
  const rounds = 3_000;
  const random = seeded(seed);
  const whole = Buffer.from(TEXTS.slice(0, 7).map(packet).join(''));
  for (let round = 0; round < rounds; round += 1) {
    const bytes = Buffer.from(whole.subarray(0, Math.floor(random() * whole.length)));
    for (let flips = Math.floor(random() * 4); flips > 0; flips -= 1) {
      const at = Math.floor(random() * bytes.length);
      if (bytes.length > 0) bytes[at] = Math.floor(random() * 256);
    }
    const cut = Math.floor(random() * bytes.length);
    try {
      const texts = decode([bytes.subarray(0, cut), bytes.subarray(cut)], 4_096);
      assert.ok(texts.every((text) => text.length <= 4_096));
    } catch (error) {
      assert.ok(error instanceof ProtocolError, `seed ${seed} round ${round}: ${String(error)}`);
    }
  }
});
