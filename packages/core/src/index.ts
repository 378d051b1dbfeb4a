export type {
  ConnectionOutcome,
  ErrorCode,
  ErrorDetails,
  ErrorRow,
  WriteOutcome,
} from '@mc/protocol';
export {
  ERROR_TABLE,
  InvalidArgumentError,
  InvalidKeyError,
  isMemcachedError,
  MemcachedError,
  ProtocolError,
  ValueTooLargeError,
} from '@mc/protocol';
export { createClient } from './client.js';
export type * from './contract.js';
export {
  AbortError,
  CacheMissError,
  ClientError,
  ClosedError,
  ConfigurationError,
  ConnectionError,
  CounterRangeError,
  DecodeError,
  EncodeError,
  OutOfMemoryError,
  PartialFailureError,
  QueueFullError,
  ServerDownError,
  ServerError,
  TimeoutError,
} from './errors.js';
export { migrationFormat } from './migration-format.js';
export type {
  PylibmcBehaviors,
  PylibmcBehaviorsOptions,
  PylibmcClientOptions,
  PylibmcNumber,
} from './pylibmc-behaviors.js';
export { pylibmcBehaviors } from './pylibmc-behaviors.js';
export { crc } from './route/hash/crc.js';
export { fnv1a32, fnv1a64, fnv32, fnv64 } from './route/hash/fnv.js';
export { hsieh } from './route/hash/hsieh.js';
export { jenkins } from './route/hash/jenkins.js';
export type { LibmemcachedHashName, LibmemcachedHashOptions } from './route/hash/libmemcached-hash.js';
export { libmemcachedHash } from './route/hash/libmemcached-hash.js';
export { md5 } from './route/hash/md5.js';
export { murmur, murmur3 } from './route/hash/murmur.js';
export { oneAtATime } from './route/hash/one-at-a-time.js';
export { jumpHash } from './route/jump-hash.js';
export type { KetamaOptions } from './route/ketama.js';
export { ketama } from './route/ketama.js';
export { modula } from './route/modula.js';
export type { PylibmcDistributionName, PylibmcHashName } from './route/pylibmc-mapping.js';
export { random } from './route/random.js';
export { rendezvous } from './route/rendezvous.js';
export type { VirtualBucketOptions } from './route/virtual-bucket.js';
export { virtualBucket } from './route/virtual-bucket.js';
