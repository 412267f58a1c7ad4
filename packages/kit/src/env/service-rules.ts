import type { z } from 'zod';
import type { ConfigIssue } from './parse-env.ts';
import { rpcTlsFiles } from './rpc-options.ts';
import { RpcTlsError, readRpcTls } from './rpc-tls.ts';
import { secretIssues, urlIssues } from './secrets.ts';

const TLS_PAIR = ['RPC_TLS_CERT_FILE', 'RPC_TLS_KEY_FILE'] as const;
const TLS_KEYS = [...TLS_PAIR, 'RPC_TLS_CA_FILE', 'RPC_TLS_SERVER_NAME'] as const;
/** Where services have the password of their database. */
const URL_KEYS = ['DB_URL', 'MONGO_URI'] as const;
type RpcKey = 'RPC_AUTH_TOKEN' | (typeof TLS_KEYS)[number];
type RpcSecurityEnv = Readonly<Record<RpcKey, string | undefined>>;

/**
 * Adds what every service refuses to start with to the schema of its environment (which has `commonEnv`): secrets that
 * break the rules in production, certificates that cannot be used, and in production commands that anybody may call.
 * The rules also run when other keys are bad, so that one start names everything. The secret keys stay optional in the
 * schema itself when a process may do without them outside production; `optionalSecretKeys` may be missing there too.
 */
export function withServiceRules<S extends z.ZodObject>(
  schema: S,
  secretKeys: readonly (keyof z.output<S> & string)[],
  optionalSecretKeys: readonly (keyof z.output<S> & string)[] = [],
): S {
  return schema.superRefine(
    (env, ctx) => {
      const production = env.NODE_ENV === 'production';
      // What was no text has its own issue and is no secret.
      const textOf = (key: string): string | undefined => (typeof env[key] === 'string' ? env[key] : undefined);
      const token = textOf('RPC_AUTH_TOKEN');
      const optional = ['RPC_AUTH_TOKEN', ...optionalSecretKeys].filter((key) => textOf(key) !== undefined);
      const secrets = Object.fromEntries([...secretKeys, ...optional].map((key) => [key, textOf(key)]));
      const urls = Object.fromEntries(URL_KEYS.map((key) => [key, textOf(key)]));
      const rpc = Object.fromEntries(TLS_KEYS.map((key) => [key, textOf(key)]));
      const issues = [
        ...secretIssues(secrets, { production }),
        ...urlIssues(urls, { production }),
        ...rpcSecurityIssues({ ...rpc, RPC_AUTH_TOKEN: token } as RpcSecurityEnv, { production }),
      ];
      for (const { key, message } of issues) ctx.addIssue({ code: 'custom', path: [key], message });
    },
    { when: () => true },
  );
}

function rpcSecurityIssues(env: RpcSecurityEnv, { production }: { readonly production: boolean }): ConfigIssue[] {
  const named = TLS_KEYS.find((key) => env[key] !== undefined);
  const issues: ConfigIssue[] = TLS_PAIR.filter((key) => named !== undefined && env[key] === undefined).map((key) => ({
    key,
    message: `is missing, and ${named} is set`,
  }));
  const isMutual = [...TLS_PAIR, 'RPC_TLS_CA_FILE' as const].every((key) => env[key] !== undefined);
  if (production && env.RPC_AUTH_TOKEN === undefined && !isMutual)
    issues.push({
      key: 'RPC_AUTH_TOKEN',
      message: 'is missing, and so is mutual TLS (RPC_TLS_CERT_FILE, RPC_TLS_KEY_FILE, RPC_TLS_CA_FILE)',
    });
  return [...issues, ...fileIssues(env)];
}

function fileIssues(env: RpcSecurityEnv): ConfigIssue[] {
  const files = rpcTlsFiles(env);
  try {
    if (files !== undefined) readRpcTls(files);
    return [];
  } catch (thrown) {
    if (thrown instanceof RpcTlsError) return [thrown.issue];
    throw thrown;
  }
}
