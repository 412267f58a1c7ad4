import type { Target } from '../target.ts';
import { cmdrpc, cmdrpcBare } from './cmdrpc.ts';
import { grpc } from './grpc.ts';
import { http } from './http.ts';
import { msgpackrMaps } from './msgpackr.ts';
import { nestTcp } from './nest.ts';
import { raw } from './raw.ts';

/** Everything that is measured, in the order of the table. */
export const TARGETS: readonly Target[] = [raw, msgpackrMaps, cmdrpcBare, cmdrpc, nestTcp, http, grpc];
