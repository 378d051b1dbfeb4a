import assert from 'node:assert';
import { memcachedStore } from '@mc/adapter-keyv';
import { Keyv } from 'keyv';

const keyv = new Keyv({ store: memcachedStore(process.env.MEMCACHED_SERVER), namespace: 'consumer' });
await keyv.set('answer', { is: 42 }, 60_000);
assert.deepEqual(await keyv.get('answer'), { is: 42 });
await keyv.clear();
assert.equal(await keyv.get('answer'), undefined);
await keyv.disconnect();
