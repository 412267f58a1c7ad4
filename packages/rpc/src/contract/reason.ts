import type { Reason } from './command.ts';
import type { AnySchema } from './schema.ts';

/** True for a refusal declared under a code of its own, and false for one that is a bare schema. */
export const isReason = (declared: AnySchema | Reason): declared is Reason =>
  'code' in declared && 'details' in declared;
