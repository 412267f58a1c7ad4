export { FRAME } from '../wire/native/frame.ts';
export type { ChaosKnobs } from './chaos-knobs.ts';
export { type ChaosDirection, type ChaosProxy, type ChaosProxyOptions, chaosProxy } from './chaos-proxy.ts';
export { type FakeClock, fakeClock } from './fake-clock.ts';
export type { Fault, FaultyConnection } from './faults.ts';
export { type MemoryNetwork, type MemoryNetworkOptions, memoryNetwork } from './memory-network.ts';
export { type MockHandlers, mockClient } from './mock-client.ts';
export { callBytes, frameBytes, helloBytes, type SeenFrame } from './raw-frames.ts';
export { type RawPeer, rawPeer } from './raw-peer.ts';
export {
  type ScriptedCall,
  type ScriptedServer,
  type ScriptedServerOptions,
  scriptedServer,
} from './scripted-server.ts';
export type { TestScope } from './test-scope.ts';
