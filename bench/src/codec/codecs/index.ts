import type { Codec } from '../codec.ts';
import { json } from './json.ts';
import { msgpackrMaps, msgpackrRecords } from './msgpackr.ts';
import { byContract, byName } from './ours.ts';

/** In the order of the page. A new one is a file and a line here. */
export const CODECS: readonly Codec[] = [json, msgpackrMaps, msgpackrRecords, byName, byContract];
