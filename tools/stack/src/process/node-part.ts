import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from './node-flags.ts';
import type { PartName, PartSpec } from './spec.ts';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));

/** A part that is a program of this workspace: it prints its JSON line when it is ready and stops on SIGTERM. */
export function nodePart(
  name: PartName,
  main: string,
  { env, note }: { readonly env: Readonly<Record<string, string>>; readonly note?: string },
): PartSpec {
  return {
    name,
    command: process.execPath,
    args: [...NODE_FLAGS, join(REPOSITORY, main)],
    cwd: REPOSITORY,
    env: { ...inherited(), ...env },
    ...(note !== undefined && { note }),
    ready: 'line',
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    stopGraceMs: 15_000,
  };
}

/**
 * The user's environment without what the stack chooses itself: a stray TCP_PORT or DB_URL in the shell must not move
 * one of five processes. What remains (LOG_LEVEL, RPC_*, limits, the system's own) reaches every part.
 */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !CHOSEN_HERE.test(key)));
}

const CHOSEN_HERE =
  /^((\w+_)?(PORT|HOST)|DATA_DIR|DB_URL|MONGO_URI|POSTGRES_URL|NODE_ENV|DEMO_\w+|TOSS_\w+|SANDBOX_\w+|JWT_SECRET|(ACCESS|REFRESH)_TOKEN_SECRET|RPC_AUTH_TOKEN|EMBEDDED_MONGO_\w+|NODE_TEST_CONTEXT|npm_\w+)(_FILE)?$/i;
