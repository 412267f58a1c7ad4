import { Packr } from 'msgpackr';

const HEADER_BYTES = 16;
const packr = new Packr({ useRecords: false });

/** Objects as the arrays of their values, which is how sides with one contract send them. */
const laidOut = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(laidOut);
  return typeof value === 'object' && value !== null ? Object.values(value).map(laidOut) : value;
};

/** The size of our frame around a value, so that the bare socket carries as many bytes as the library does. */
export const frameBytes = (value: unknown): number => HEADER_BYTES + packr.pack(laidOut(value)).length;
