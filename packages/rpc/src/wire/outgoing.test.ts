import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outgoing } from './outgoing.ts';

const joined = (out: Outgoing) => Buffer.concat(out.take()).toString('latin1');

const write = (out: Outgoing, text: string) => {
  const at = out.reserve(text.length);
  out.block.write(text, at, 'latin1');
};

test('small writes leave as one chunk, in order', () => {
  const out = new Outgoing();
  write(out, 'ab');
  out.append(Buffer.from('cd'));
  write(out, 'e');
  assert.equal(out.bytes, 5);
  const chunks = out.take();
  assert.equal(chunks.length, 1);
  assert.equal(chunks[0]?.toString(), 'abcde');
  assert.equal(out.bytes, 0);
  assert.deepEqual(out.take(), []);
});

test('a large payload is linked in where it belongs, uncopied', () => {
  const out = new Outgoing();
  const large = Buffer.alloc(16 * 1024, 'x');
  write(out, 'head');
  out.append(large);
  write(out, 'tail');
  assert.equal(out.bytes, 8 + large.length);
  const [head, middle, tail] = out.take();
  assert.equal(head?.toString(), 'head');
  assert.equal(middle?.buffer, large.buffer);
  assert.equal(tail?.toString(), 'tail');
});

test('blocks already taken are not written into again', () => {
  const out = new Outgoing();
  write(out, 'first');
  const [first] = out.take();
  write(out, 'second');
  assert.equal(first?.toString(), 'first');
  assert.equal(joined(out), 'second');
});

test('any sizes in any order come out as they went in', () => {
  const out = new Outgoing();
  let expected = '';
  for (let n = 0; n < 3_000; n += 1) {
    const text = String.fromCharCode(97 + (n % 26)).repeat((n * 7919) % 911);
    if (n % 97 === 0) {
      const large = 'L'.repeat(70_000);
      out.append(Buffer.from(large));
      expected += large;
    }
    if (n % 2 === 0) write(out, text);
    else out.append(Buffer.from(text));
    expected += text;
  }
  assert.equal(out.bytes, expected.length);
  assert.equal(joined(out), expected);
});

test('a reservation larger than a block gets one of its own', () => {
  const out = new Outgoing();
  write(out, 'a');
  write(out, 'b'.repeat(200_000));
  write(out, 'c');
  const text = joined(out);
  assert.equal(text.length, 200_002);
  assert.ok(text.startsWith('ab') && text.endsWith('bc'));
});

test('the tail of a reservation can be given back', () => {
  const out = new Outgoing();
  write(out, 'abcdef');
  out.trim(2);
  write(out, 'X');
  assert.equal(joined(out), 'abcdX');
});

test('what is added while a block is lent goes into another one, and whoever borrowed it is told', () => {
  const out = new Outgoing();
  write(out, 'before ');
  const from = out.room(10);
  const { block } = out;
  out.lend();
  block.write('borrowed', from, 'latin1');
  write(out, 'meanwhile ');
  assert.notEqual(out.block, block);
  assert.equal(out.takeBack(), false);
  write(out, 'after');
  assert.equal(joined(out), 'before meanwhile after');
});

test('a lent block that nobody else wrote into is the lender’s again, and what was written there can be taken', () => {
  const out = new Outgoing();
  write(out, 'before ');
  const from = out.room(8);
  out.lend();
  const end = from + out.block.write('borrowed', from, 'latin1');
  assert.equal(out.takeBack(), true);
  out.commit(end);
  write(out, ' after');
  assert.equal(joined(out), 'before borrowed after');
});

test('a block that is sent while it is lent is not handed to the next writer', () => {
  const out = new Outgoing();
  write(out, 'before');
  out.room(8);
  const { block } = out;
  out.lend();
  assert.equal(joined(out), 'before');
  assert.equal(out.takeBack(), false);
  const other = new Outgoing();
  other.room(8);
  assert.notEqual(other.block, block);
});
