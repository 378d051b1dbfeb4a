import { createMemcachedCache, memcachedStore } from '@mc/adapter-cache-manager';
import { type Cache, createCache } from 'cache-manager';

const store = memcachedStore('localhost:11211', { namespace: 'consumer', onError: ({ message }) => message });
export const failures: number = store.errorCount;
export const cache: Cache = createCache({ stores: [store], ttl: 60_000 });
export const inOneLine: Cache = createCache({ stores: [memcachedStore('localhost:11211')] });
export const tiered: Cache = createMemcachedCache({
  servers: ['a:11211', 'b:11211'],
  memory: { maxItems: 100 },
});
export const answer: Promise<number> = cache.wrap('key', async () => 42);
