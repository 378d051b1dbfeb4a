import assert from 'node:assert';
import { createClient } from '@mc/memcached';
import { faultyTransport, healthyScript, scriptedServer, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';

const real = await startMemcached();
const cache = createClient({ servers: [real.address] });
assert.equal(await cache.set('tested', 1), true);
await cache.close();
await real.stop();

assert.equal(typeof scriptedServer, 'function');
assert.equal(typeof healthyScript, 'function');
const embedded = createClient({ servers: ['one'], transport: faultyTransport(memoryTransport()) });
assert.equal(await embedded.set('tested', 2), true);
assert.equal(await embedded.get('tested'), 2);
await embedded.close();
