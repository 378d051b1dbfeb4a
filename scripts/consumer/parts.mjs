import assert from 'node:assert';
import { jsonCodec } from '@mc/codec-json';
import { createClient } from '@mc/core';
import { memoryTransport } from '@mc/transport-memory';

const cache = createClient({ servers: ['one', 'two'], transport: memoryTransport(), codec: jsonCodec() });
assert.equal(await cache.set('parts', { answer: 42 }, { ttl: 60 }), true);
assert.deepEqual(await cache.get('parts'), { answer: 42 });
assert.equal(await cache.get('absent'), undefined);
await cache.close();
