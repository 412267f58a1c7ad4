export type { Limits } from './limits.ts';
export type { Logger } from './logger.ts';
export { type EmbeddedMongo, type EmbeddedMongoOptions, startEmbeddedMongo } from './server.ts';
