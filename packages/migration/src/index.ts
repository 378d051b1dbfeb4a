export { type DalliOptions, dalliFormat } from './dalli.js';
export type { StringOptions, StringReading } from './foreign-strings.js';
export { type MemcacheClientOptions, memcacheClientFormat } from './memcache-client.js';
export {
  type MemjsOptions,
  type MemjsPlainOptions,
  type MemjsSerializerOptions,
  memjsFormat,
} from './memjs.js';
export { type PhpMemcachedOptions, phpMemcachedFormat } from './php-memcached.js';
export { type PymemcacheOptions, pymemcacheFormat } from './pymemcache.js';
export { thirdEdenFormat } from './third-eden.js';
