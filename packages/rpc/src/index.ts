export {
  type Client,
  type ClientControl,
  type ClientStats,
  type CommandPolicy,
  createClient,
} from './client/client.ts';
export type { ClientCall, ClientFilter } from './client/filters.ts';
export type { CallOptions, EmitOptions, Methods } from './client/methods.ts';
export type { ClientOptions, NestClientOptions } from './client/options.ts';
export { CODES, type Code, SYSTEM_REASONS, type SystemReason } from './core/codes.ts';
export { type CallContext, type ContextOptions, currentContext, detached, withContext } from './core/context.ts';
export { type Delivery, type PhaseTimings, RpcError } from './core/errors.ts';
export type {
  BreakerEvent,
  CallEvent,
  ClientAttemptEvent,
  ClientCallEvent,
  ConnectionEvent,
  ContractEvent,
  DrainEvent,
  QueueEvent,
  RetryEvent,
  ServerCallEvent,
  ShedEvent,
} from './core/events.ts';
export type { Logger } from './core/logger.ts';
export type { Pattern } from './core/pattern.ts';
export type { ClientTls, PeerCertificate, ServerTls } from './net/tls.ts';
export type { CommandDescription, DescribeOptions, ServerDescription } from './server/builtin/describe.ts';
export type { ServerHealth, ServingStatus } from './server/builtin/health.ts';
export type { Peer, ServerContext } from './server/context.ts';
export type { Handler, HandlerContext, Handlers } from './server/handlers.ts';
export type { NestServerOptions, ServerLimits, ServerOptions } from './server/options.ts';
export { createServer, type DrainReport, type Server } from './server/server.ts';
export type { ServerFilter } from './server/stack.ts';
