/** Bytes that no honest peer sends. The connection that carried them is closed; nothing after them is read. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
