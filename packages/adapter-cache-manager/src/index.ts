export type { StoreSource } from '@mc/adapter-keyv';
export type { MemcachedCacheOptions } from './create-memcached-cache.js';
export { createMemcachedCache } from './create-memcached-cache.js';
export type { MemcachedKeyv } from './memcached-keyv.js';
export type { MemcachedStoreOptions } from './memcached-store.js';
export { memcachedStore } from './memcached-store.js';
export type { MemoryTierOptions } from './memory-tier.js';
