import { BaseRpcContext } from '@nestjs/microservices';
import type { ServerContext } from '../server/context.ts';

/** What a handler gets as `@Ctx()` on {@link RpcServerStrategy}. */
export class RpcContext extends BaseRpcContext<[call: ServerContext, pattern: string]> {
  /** The call with its deadline, signal, correlation id and logger. */
  getCall(): ServerContext {
    return this.args[0];
  }

  /** Nest's name of the pattern, as `TcpContext` gives it. */
  getPattern(): string {
    return this.args[1];
  }

  /** The headers the caller added, as `TcpContext` gives its metadata. */
  getMetadata(): Readonly<Record<string, string>> {
    return this.args[0].headers;
  }
}
