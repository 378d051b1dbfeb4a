export type { ClusterConfig, ClusterNode } from './engine/cluster-config.js';
export type { ClockMode } from './engine/engine-clock.js';
export type { MemoryServer, MemoryTransport, MemoryTransportOptions } from './memory-transport.js';
export { memoryTransport } from './memory-transport.js';
