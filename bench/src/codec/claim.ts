import type { Claim, Run } from '../lib/claim.ts';
import { median } from '../lib/median.ts';
import { namesAmong } from '../lib/options.ts';
import { startWorker } from '../lib/process/worker.ts';
import { progress } from '../lib/progress.ts';
import type { Chart } from '../lib/report/chart.ts';
import { overRounds } from '../lib/report/over-rounds.ts';
import type { Table } from '../lib/report/table.ts';
import { CODECS } from './codecs/index.ts';
import { PAYLOADS } from './payloads.ts';
import type { CodecQuestion, CodecTimes } from './worker.ts';

interface Sample extends CodecTimes {
  readonly round: number;
  readonly codec: string;
  readonly payload: string;
}

const START_SECONDS = 0.3;

const measured = async (question: CodecQuestion): Promise<CodecTimes> => {
  const name = `codec ${question.codec}`;
  const worker = startWorker({ name, script: new URL('./worker.ts', import.meta.url), core: 1 });
  try {
    return await worker.ask<CodecTimes>(question);
  } finally {
    await worker.stop();
  }
};

const rounds = async (codecs: readonly string[], payloads: readonly string[], run: Run): Promise<Sample[]> => {
  const { warmUpMs, measureMs } = run;
  const samples: Sample[] = [];
  const bar = progress(run.rounds * payloads.length * codecs.length, START_SECONDS + (warmUpMs + measureMs) / 1_000);
  for (let round = 1; round <= run.rounds; round += 1) {
    for (const payload of payloads) {
      for (const codec of round % 2 === 1 ? codecs : codecs.toReversed()) {
        bar.step(`round ${round}/${run.rounds}, ${payload}: ${codec}`);
        samples.push({ round, codec, payload, ...(await measured({ codec, payload, warmUpMs, measureMs })) });
      }
    }
  }
  bar.end();
  return samples;
};

const medianOf = (samples: readonly Sample[], pick: (one: Sample) => number): number => median(samples.map(pick));
const bothNs = ({ encodeNs, decodeNs }: Sample): number => encodeNs + decodeNs;

/** Samples of each codec with one payload, in the order of the codecs. */
const byCodec = (samples: readonly Sample[], payload: string): { codec: string; of: Sample[] }[] =>
  CODECS.map(({ name }) => ({
    codec: name,
    of: samples.filter((one) => one.payload === payload && one.codec === name),
  })).filter(({ of }) => of.length > 0);

const payloadTable = (payload: string, samples: readonly Sample[]): Table => ({
  title: payload,
  columns: [
    { key: 'codec', title: 'codec' },
    { key: 'encodeNs', title: 'encode ns' },
    { key: 'decodeNs', title: 'decode ns' },
    { key: 'bothNs', title: 'both ns' },
    { key: 'bytes', title: 'bytes' },
  ],
  rows: byCodec(samples, payload).map(({ codec, of }) => ({
    codec,
    encodeNs: medianOf(of, ({ encodeNs }) => encodeNs),
    decodeNs: medianOf(of, ({ decodeNs }) => decodeNs),
    bothNs: medianOf(of, bothNs),
    bytes: medianOf(of, ({ bytes }) => bytes),
  })),
});

const overview = (payloads: readonly string[], codecs: readonly string[], samples: readonly Sample[]): Table => ({
  title: 'Encode and decode together, CPU µs (bytes)',
  headline: true,
  columns: [{ key: 'payload', title: 'payload' }, ...codecs.map((codec) => ({ key: codec, title: codec }))],
  rows: payloads.map((payload) => ({
    payload,
    ...Object.fromEntries(
      byCodec(samples, payload).map(({ codec, of }) => [
        codec,
        `${(medianOf(of, bothNs) / 1_000).toFixed(2)} (${medianOf(of, ({ bytes }) => bytes).toLocaleString('en-US')})`,
      ]),
    ),
  })),
});

const chart = (payload: string, samples: readonly Sample[]): Chart => ({
  title: `${payload}: encode and decode`,
  unit: 'CPU microseconds',
  better: 'lower',
  digits: 2,
  bars: byCodec(samples, payload).map(({ codec, of }) => ({
    label: codec,
    ...overRounds(of.map((one) => bothNs(one) / 1_000)),
    tone: CODECS.find(({ name }) => name === codec)?.tone ?? 'rival',
  })),
});

const CODEC_NAMES = CODECS.map(({ name }) => name);
const PAYLOAD_NAMES = PAYLOADS.map(({ name }) => name);

export const codec: Claim = {
  name: 'codec',
  summary: 'CPU and bytes of payloads, without a socket',
  times: { warmUpMs: 1_000, measureMs: 1_000 },
  options: {
    only: { type: 'string', value: 'NAME,NAME', help: `codecs: ${CODEC_NAMES.join(', ')}` },
    payload: { type: 'string', value: 'NAME,NAME', help: `payloads: ${PAYLOAD_NAMES.join(', ')}` },
  },
  async run(run) {
    const codecs = namesAmong('only', run.options.only, CODEC_NAMES);
    const payloads = namesAmong('payload', run.options.payload, PAYLOAD_NAMES);
    const samples = await rounds(codecs, payloads, run);
    return {
      figures: [],
      tables: [overview(payloads, codecs, samples), ...payloads.map((payload) => payloadTable(payload, samples))],
      charts: payloads.map((payload) => chart(payload, samples)),
      notes: [
        'Each codec has a process of its own for each payload, and the same value comes back before it is timed.',
        'Half of the time is spent encoding, half decoding. Nanoseconds are of CPU, garbage collection on other threads included.',
        ...CODECS.map(({ name, what }) => `${name}: ${what}.`),
      ],
      samples,
    };
  },
};
