import { Packr } from 'msgpackr';

const HEADER_BYTES = 16;
const packr = new Packr({ useRecords: false });

/** The size of our frame around a value, so that the bare socket carries as many bytes as the library does. */
export const frameBytes = (value: unknown): number => HEADER_BYTES + packr.pack(value).length;
