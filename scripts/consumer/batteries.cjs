const assert = require('node:assert');
const { createClient } = require('@mc/memcached');

async function main() {
  const cache = createClient(process.env.MEMCACHED_SERVER);
  assert.equal(await cache.set('required', { answer: 42 }, { ttl: 60 }), true);
  assert.deepEqual(await cache.get('required'), { answer: 42 });
  await cache.close();
}

main();
