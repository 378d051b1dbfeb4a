export { type FaultyTransport, faultyTransport } from './faulty-transport.js';
export { healthyReply, healthyScript, valueBlock, valueFor } from './healthy-script.js';
export { expectsMemcached, findMemcached } from './memcached-binary.js';
export { type MemcachedOptions, type MemcachedServer, startMemcached } from './memcached-server.js';
export { type Random, randomFrom, testSeed } from './random.js';
export type { ScriptedConnection } from './scripted-connection.js';
export type { ScriptedRequest } from './scripted-request.js';
export {
  type ConnectionScript,
  type ScriptedServer,
  type ScriptedServerOptions,
  scriptedServer,
} from './scripted-server.js';
