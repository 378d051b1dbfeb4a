import assert from 'node:assert';
import { memcachedStore } from '@mc/adapter-cache-manager';
import { createCache } from 'cache-manager';

const cache = createCache({ stores: [memcachedStore(process.env.MEMCACHED_SERVER)] });
const loaded = [];
const load = () => cache.wrap('wrapped', async () => ({ calls: loaded.push('once') }), 60_000);
assert.deepEqual([await load(), await load()], [{ calls: 1 }, { calls: 1 }]);
await cache.disconnect();
