export type { SandboxLogger } from './app.ts';
export { DEFAULT_SECRET_KEY } from './config.ts';
export { type RunningSandbox, type SandboxOptions, startSandbox } from './start-sandbox.ts';
