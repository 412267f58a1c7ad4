import type { Outgoing } from '../outgoing.ts';

/** Text up to this length is written straight into the gathered block; a longer one is encoded into its own. */
const INLINE_UNITS = 4096;

/** Writes `<length>#<json>`, the length in UTF-16 code units. Answers the bytes written. */
export const writePacket = (out: Outgoing, json: string): number => {
  const head = `${json.length}#`;
  if (json.length > INLINE_UNITS) {
    const body = Buffer.from(json, 'utf8');
    out.append(Buffer.from(head, 'latin1'));
    out.append(body);
    return head.length + body.length;
  }
  // A code unit takes three bytes at most: four only for the two of a pair.
  const reserved = head.length + json.length * 3;
  const at = out.reserve(reserved);
  const written = out.block.write(head + json, at, 'utf8');
  out.trim(reserved - written);
  return written;
};
