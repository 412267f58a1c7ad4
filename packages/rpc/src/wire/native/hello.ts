import { ProtocolError } from '../protocol-error.ts';
import { type FrameView, VERSION } from './frame.ts';
import { decodePayload, encodePayload } from './payload.ts';
import type { CallLimits } from './read-call.ts';

/** The first frame of each side. Fields a peer does not know are ignored, so it can grow. */
export interface Hello {
  /** Protocol versions spoken, best first. */
  readonly versions: readonly number[];
  /** What the sender calls itself; for logs only. */
  readonly name: string;
  readonly features: readonly string[];
  /** Bytes the sender accepts in one frame's body. */
  readonly maxFrameBytes: number;
  /** Bytes of one call's headers that the sender reads. The server's, as all of the next three: it alone is called. */
  readonly maxHeaderBytes?: number;
  /** Headers of one call that the sender reads. */
  readonly maxHeaders?: number;
  /** Bytes of a command's name that the sender reads. */
  readonly maxCmdBytes?: number;
  /** Commands that the sender lets be numbered on this connection. */
  readonly maxBoundCmds?: number;
  /** Shared secret, from the client only. */
  readonly authToken?: string | undefined;
  /** Fingerprints of the contracts the sender has, by name. */
  readonly contracts?: Readonly<Record<string, string>> | undefined;
}

/** The sender reads payloads laid out by a contract, where both sides have the same one. */
export const POSITIONAL = 'positional-1';

/** A greeting's own nesting: a map of arrays. */
const MAX_DEPTH = 4;
const MAX_LIST = 64;

export const encodeHello = (hello: Hello): Uint8Array =>
  encodePayload({
    versions: hello.versions,
    name: hello.name,
    features: hello.features,
    maxFrameBytes: hello.maxFrameBytes,
    maxHeaderBytes: hello.maxHeaderBytes,
    maxHeaders: hello.maxHeaders,
    maxCmdBytes: hello.maxCmdBytes,
    maxBoundCmds: hello.maxBoundCmds,
    authToken: hello.authToken,
    contracts: hello.contracts,
  });

/** @throws {ProtocolError} not a greeting, or no version in common. */
export const decodeHello = (frame: FrameView): Hello => {
  const body = decodePayload(frame.buffer, frame.start, frame.end, MAX_DEPTH);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ProtocolError('HELLO is not a map');
  const fields = body as Record<string, unknown>;
  const versions = listOf(fields.versions, (v): v is number => typeof v === 'number');
  if (!versions.includes(VERSION)) {
    throw new ProtocolError(`peer speaks versions ${JSON.stringify(versions)}, this side speaks ${VERSION}`);
  }
  const { maxFrameBytes, name, authToken } = fields;
  if (typeof maxFrameBytes !== 'number' || !(maxFrameBytes > 0)) throw new ProtocolError('HELLO lacks maxFrameBytes');
  return {
    versions,
    name: typeof name === 'string' ? name.slice(0, 128) : '',
    features: listOf(fields.features, (v): v is string => typeof v === 'string'),
    maxFrameBytes,
    ...callLimitsOf(fields),
    authToken: typeof authToken === 'string' ? authToken : undefined,
    contracts: fingerprintsOf(fields.contracts),
  };
};

const CALL_LIMITS = ['maxHeaderBytes', 'maxHeaders', 'maxCmdBytes', 'maxBoundCmds'] as const;

/** The limits that a peer tells. One that is none, or that an older peer does not know, is left out. */
const callLimitsOf = (fields: Readonly<Record<string, unknown>>): Partial<CallLimits> => {
  const entries = CALL_LIMITS.map((name) => [name, fields[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'number' && value > 0));
};

const MAX_FINGERPRINT = 64;

/** A peer's fingerprints, with what is none left out. */
const fingerprintsOf = (value: unknown): Readonly<Record<string, string>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const isFingerprint = (entry: [string, unknown]): entry is [string, string] =>
    typeof entry[1] === 'string' && entry[1].length <= MAX_FINGERPRINT;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.slice(0, MAX_LIST).filter(isFingerprint));
};

const listOf = <T>(value: unknown, is: (entry: unknown) => entry is T): T[] =>
  Array.isArray(value) ? value.slice(0, MAX_LIST).filter(is) : [];
