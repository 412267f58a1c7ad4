import { deepStrictEqual } from 'node:assert/strict';
import { answerQuestions } from '../lib/process/answer.ts';
import { CODECS } from './codecs/index.ts';
import { cpuNsOf } from './cpu-time.ts';
import { PAYLOADS } from './payloads.ts';

export interface CodecQuestion {
  readonly codec: string;
  readonly payload: string;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface CodecTimes {
  readonly encodeNs: number;
  readonly decodeNs: number;
  readonly bytes: number;
}

/** One codec with one payload in a process of its own: the compiler's guesses for one are not spoilt by another. */
answerQuestions(({ codec, payload, warmUpMs, measureMs }: CodecQuestion): CodecTimes => {
  const carried = PAYLOADS.find(({ name }) => name === payload);
  const coder = carried && CODECS.find(({ name }) => name === codec)?.make(carried);
  if (coder === undefined || carried === undefined) throw new Error(`no codec ${codec} or no payload ${payload}`);
  const { value } = carried;
  const roundTrip = (): Buffer => {
    const sent = Buffer.from(coder.encode(value));
    deepStrictEqual(coder.decode(sent), value);
    return sent;
  };
  // The first message may carry what later ones refer to; the second is what is measured.
  roundTrip();
  const bytes = roundTrip();

  let sink = 0;
  const encode = (): void => {
    sink += coder.encode(value).length;
  };
  const decode = (): void => {
    sink += coder.decode(bytes) === undefined ? 0 : 1;
  };
  cpuNsOf(encode, warmUpMs / 2);
  cpuNsOf(decode, warmUpMs / 2);
  const encodeNs = cpuNsOf(encode, measureMs / 2);
  const decodeNs = cpuNsOf(decode, measureMs / 2);
  if (sink === 0) throw new Error('nothing was encoded');
  roundTrip();
  return { encodeNs, decodeNs, bytes: bytes.length };
});
