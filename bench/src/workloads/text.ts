import { equal } from 'node:assert/strict';
import type { Workload } from './workload.ts';

export interface Text {
  readonly text: string;
}

const SENTENCE = '주문이 결제되었습니다. Order paid; receipt follows. ';
const BYTES = 100 * 1024;

/** About half of its bytes are Korean, which takes the slow path of every string codec. */
const text = SENTENCE.repeat(Math.ceil(BYTES / Buffer.byteLength(SENTENCE)));

export const text100kb: Workload<Text, Text> = {
  name: 'text-100kb',
  summary: 'echo of a 100 KB text, Korean and ASCII in turns',
  cmd: 'echo_text',
  request: { text },
  answer: (asked) => ({ text: asked.text }),
  check(answer) {
    if ((answer as Text).text.length !== text.length) throw new Error('answer is not as long as the text sent');
  },
  verify: (answer) => equal((answer as Text).text, text),
};
