export { type FakeClock, fakeClock } from './fake-clock.ts';
export { type MemoryNetwork, memoryNetwork } from './memory-network.ts';
export { type MockHandlers, mockClient } from './mock-client.ts';
