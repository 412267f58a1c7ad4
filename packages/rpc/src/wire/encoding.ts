let busy = false;

/** Whether a value is being encoded at the moment, so that another must not be. */
export const isEncoding = (): boolean => busy;

/**
 * Begins to encode a value; {@link endEncoding} must follow. Encoders have one place each where they stand in their
 * buffer, and a value can run code of its own while it is read: a getter, a `toJSON`, a proxy.
 * @throws {TypeError} such code wants to have another value encoded.
 */
export const beginEncoding = (): void => {
  if (busy) throw new TypeError('a getter of a value being encoded must not make calls');
  busy = true;
};

export const endEncoding = (): void => {
  busy = false;
};
