export type { CallOptions, EmitOptions, Methods } from './client/methods.ts';
export { CODES, type Code, SYSTEM_REASONS, type SystemReason } from './core/codes.ts';
export { type CallContext, type ContextOptions, currentContext, detached, withContext } from './core/context.ts';
export { type Delivery, type PhaseTimings, RpcError } from './core/errors.ts';
export type { Logger } from './core/logger.ts';
export type { Pattern } from './core/pattern.ts';
export type { Peer, ServerContext } from './server/context.ts';
export type { Handler, HandlerContext, Handlers } from './server/handlers.ts';
