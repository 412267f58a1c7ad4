import { userContract } from '@shop/contracts';
import { type RpcServerOptions, sayingOutages } from '@shop/kit';
import { createServer, type Logger, RpcError } from 'cmdrpc';
import type { Deps } from './handlers/deps.ts';
import { getUserInfo } from './handlers/get-user-info.ts';
import { login } from './handlers/login.ts';
import { logout } from './handlers/logout.ts';
import { parseBearerToken } from './handlers/parse-bearer-token.ts';
import { refreshToken } from './handlers/refresh-token.ts';
import { register } from './handlers/register.ts';

export interface ServerOptions {
  readonly deps: Deps;
  readonly logger: Logger;
  /** Who may call; everybody when it is left out. */
  readonly rpc?: RpcServerOptions;
}

/** The service's commands on a server that does not listen yet. */
export function buildServer({ deps, logger, rpc }: ServerOptions) {
  const server = createServer({ name: 'user', logger, ...rpc });
  server.use(sayingOutages((cause) => new RpcError('database cannot be reached', { code: 'unavailable', cause })));
  server.implement(userContract, {
    parse_bearer_token: parseBearerToken(deps),
    get_user_info: getUserInfo(deps),
    register: register(deps),
    login: login(deps),
    refresh_token: refreshToken(deps),
    logout: logout(deps),
  });
  return server;
}
