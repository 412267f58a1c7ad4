export { choosePorts } from './ports/ports.ts';
export type { PartEvent } from './process/part.ts';
export type { PartName } from './process/spec.ts';
export { login } from './shop/login.ts';
export { SEED_ORDER } from './shop/seed-order.ts';
export { type Stack, type StackOptions, startStack } from './stack.ts';
export type { Ports } from './topology.ts';
