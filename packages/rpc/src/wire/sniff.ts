export type WireName = 'native' | 'nest' | 'tls';

const TLS_HANDSHAKE = 0x16;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/**
 * Which wire a connection speaks, from its first byte; undefined for one that no wire begins with.
 * A Nest packet begins with a decimal length, a TLS record with 0x16, a native frame with a byte under 0x10.
 */
export const sniffWire = (firstByte: number): WireName | undefined => {
  if (firstByte < 0x10) return 'native';
  if (firstByte >= DIGIT_0 && firstByte <= DIGIT_9) return 'nest';
  return firstByte === TLS_HANDSHAKE ? 'tls' : undefined;
};
