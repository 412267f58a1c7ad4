export type {
  Bidi,
  Command,
  CommandFacts,
  Effect,
  EventCommand,
  Reason,
  Reasons,
  ServerStream,
  Unary,
} from './command.ts';
export { bidi, event, reason, serverStream, unary } from './command.ts';
export type { Commands, Contract } from './contract.ts';
export { contract } from './contract.ts';
export type { InputOf, OutputOf, Schema } from './schema.ts';
