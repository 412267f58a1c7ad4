/** What a peer may make this process hold, before anything it says is believed. Every error names its option. */
export interface WireLimits {
  /** Bytes of one frame's body. Default 4 MiB, as gRPC. At most 256 MiB less one. */
  readonly maxFrameBytes: number;
  /** Bytes of one call's headers together. Default 8 KiB. */
  readonly maxHeaderBytes: number;
  /** Headers of one call. Default 64. */
  readonly maxHeaders: number;
  /** Bytes of a command's name. Default 1024. */
  readonly maxCmdBytes: number;
  /** Commands that one connection may number. Default 4096. */
  readonly maxBoundCmds: number;
  /** Nesting of a decoded payload. Default 64. */
  readonly maxDepth: number;
  /** Bytes of a greeting. Default 16 KiB. */
  readonly maxHelloBytes: number;
}

export const DEFAULT_WIRE_LIMITS: WireLimits = {
  maxFrameBytes: 4 * 1024 * 1024,
  maxHeaderBytes: 8 * 1024,
  maxHeaders: 64,
  maxCmdBytes: 1024,
  maxBoundCmds: 4096,
  maxDepth: 64,
  maxHelloBytes: 16 * 1024,
};

/**
 * The first byte of a native connection is the high byte of a body length. Keeping lengths under 2^28 keeps it under
 * 0x10, so it is never an ASCII digit (a Nest packet) nor 0x16 (a TLS record).
 */
export const FRAME_BYTES_CEILING = 2 ** 28 - 1;

/** What the length fields of the wire can say at most. */
const CEILINGS = {
  maxFrameBytes: FRAME_BYTES_CEILING,
  maxHelloBytes: FRAME_BYTES_CEILING,
  maxHeaderBytes: 0xffff,
  maxCmdBytes: 0xffff,
  maxBoundCmds: 0xffff,
} as const satisfies Partial<WireLimits>;

/** @throws {TypeError} a limit beyond what the wire can express, naming it. */
export const checkCeilings = (limits: WireLimits): void => {
  for (const name of Object.keys(CEILINGS) as (keyof typeof CEILINGS)[]) {
    if (limits[name] > CEILINGS[name]) {
      throw new TypeError(`limits.${name} ${limits[name]} is over the wire's ${CEILINGS[name]}`);
    }
  }
};
