import type { Target } from '../../calls/target.ts';
import { cmdrpc, cmdrpcBare } from './cmdrpc.ts';
import { grpc } from './grpc.ts';
import { http } from './http.ts';
import { moleculer } from './moleculer.ts';
import { msgpackrMaps, msgpackrRecords } from './msgpackr.ts';
import { nats } from './nats.ts';
import { nestTcp } from './nest.ts';
import { raw } from './raw.ts';
import { text } from './text.ts';

/** Everything that is measured, in the order of the page. A new target is a file and a line here. */
export const TARGETS: readonly Target[] = [
  raw,
  text,
  msgpackrRecords,
  msgpackrMaps,
  cmdrpcBare,
  cmdrpc,
  nestTcp,
  moleculer,
  http,
  nats,
  grpc,
];
