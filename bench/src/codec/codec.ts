import type { Payload } from './payloads.ts';

/** A way between a value and bytes, made anew for each payload: some learn the shape of what they carry. */
export interface Codec {
  readonly name: string;
  /** One line for the page. */
  readonly what: string;
  readonly tone: 'limit' | 'ours' | 'rival';
  make(payload: Payload): Coder;
}

export interface Coder {
  encode(value: unknown): Buffer;
  decode(bytes: Buffer): unknown;
}
