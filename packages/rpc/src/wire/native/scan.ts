import { ProtocolError } from '../protocol-error.ts';

/** The only extension a peer may use: MessagePack's own timestamp. */
const TIMESTAMP = 0xff;

/**
 * Walks a MessagePack value without building it and refuses what decoding must never meet: nesting over `maxDepth`
 * (the decoder recurses, and a stack overflow with async hooks active can end the process), a collection that
 * declares more elements than there are bytes left, extension types, lengths that leave the body, trailing bytes.
 * @throws {ProtocolError}
 */
export const scanPayload = (bytes: Buffer, start: number, end: number, maxDepth: number): void => {
  const pending = [1];
  let at = start;
  while (pending.length > 0) {
    const top = pending.length - 1;
    const left = pending[top] ?? 0;
    if (left === 0) {
      pending.pop();
      continue;
    }
    pending[top] = left - 1;
    if (at >= end) throw new ProtocolError('payload ends inside a value');
    const head = bytes[at] ?? 0;
    at += 1;
    let elements = -1;
    if (head < 0x80 || head >= 0xe0) continue;
    if (head < 0x90) elements = (head & 0x0f) * 2;
    else if (head < 0xa0) elements = head & 0x0f;
    else if (head < 0xc0) at += head & 0x1f;
    else {
      const width = WIDTH[head - 0xc0] ?? 0;
      if (at + width > end) throw new ProtocolError('payload ends inside a value');
      switch (head) {
        case 0xc0: // nil
        case 0xc2: // false
        case 0xc3: // true
        case 0xca: // float 32
        case 0xcb: // float 64
        case 0xcc: // uint 8, 16, 32, 64
        case 0xcd:
        case 0xce:
        case 0xcf:
        case 0xd0: // int 8, 16, 32, 64
        case 0xd1:
        case 0xd2:
        case 0xd3:
          at += width;
          break;
        case 0xc4: // bin 8, str 8
        case 0xd9:
          at += 1 + (bytes[at] ?? 0);
          break;
        case 0xc5: // bin 16, str 16
        case 0xda:
          at += 2 + bytes.readUInt16BE(at);
          break;
        case 0xc6: // bin 32, str 32
        case 0xdb:
          at += 4 + bytes.readUInt32BE(at);
          break;
        case 0xdc: // array 16
          elements = bytes.readUInt16BE(at);
          at += 2;
          break;
        case 0xdd: // array 32
          elements = bytes.readUInt32BE(at);
          at += 4;
          break;
        case 0xde: // map 16
          elements = bytes.readUInt16BE(at) * 2;
          at += 2;
          break;
        case 0xdf: // map 32
          elements = bytes.readUInt32BE(at) * 2;
          at += 4;
          break;
        case 0xd6: // fixext 4 and 8 hold a timestamp's two short forms
        case 0xd7:
          if (bytes[at] !== TIMESTAMP) throw new ProtocolError(`payload holds extension type ${bytes[at]}`);
          at += width;
          break;
        case 0xc7: // ext 8 holds its long form, twelve bytes
          if (bytes[at] !== 12 || bytes[at + 1] !== TIMESTAMP) {
            throw new ProtocolError(`payload holds extension type ${bytes[at + 1]}`);
          }
          at += 2 + 12;
          break;
        default:
          throw new ProtocolError(`payload holds a value that begins with 0x${head.toString(16)}`);
      }
    }
    if (at > end) throw new ProtocolError('payload ends inside a value');
    if (elements > 0) {
      if (elements > end - at) throw new ProtocolError(`payload declares ${elements} elements in ${end - at} bytes`);
      if (pending.length > maxDepth) throw new ProtocolError(`payload is nested deeper than maxDepth ${maxDepth}`);
      pending.push(elements);
    }
  }
  if (at !== end) throw new ProtocolError(`payload has ${end - at} bytes behind its value`);
};

/** Bytes that must be there after 0xc0 … 0xdf before a number or a length among them can be read. */
const WIDTH = [0, 0, 0, 0, 1, 2, 4, 2, 0, 0, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 0, 0, 5, 9, 0, 1, 2, 4, 2, 4, 2, 4] as const;
