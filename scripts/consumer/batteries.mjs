import assert from 'node:assert';
import { createClient } from '@mc/memcached';

const cache = createClient(process.env.MEMCACHED_SERVER);
assert.equal(await cache.set('imported', { answer: 42 }, { ttl: 60 }), true);
assert.deepEqual(await cache.get('imported'), { answer: 42 });
await cache.close();
