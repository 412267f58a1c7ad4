export { RpcClientProxy } from './client-proxy.ts';
export { RpcContext } from './rpc-context.ts';
export { RpcServerStrategy, type RpcServerStrategyOptions } from './server-strategy.ts';
