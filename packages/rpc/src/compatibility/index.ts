export { fingerprintOf } from '../contract/fingerprint.ts';
export { type JsonSchema, standardJsonSchema, type ToJsonSchema } from '../contract/json-schema.ts';
export { type CommandSnapshot, type ContractSnapshot, type ReasonSnapshot, snapshotOf } from '../contract/snapshot.ts';
export type { Change, Level } from './change.ts';
export { checkCompatibility } from './contracts.ts';
