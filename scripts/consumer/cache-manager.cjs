const assert = require('node:assert');
const { createMemcachedCache } = require('@mc/adapter-cache-manager');

async function main() {
  const cache = createMemcachedCache({ servers: process.env.MEMCACHED_SERVER });
  await cache.set('required', 'yes');
  assert.equal(await cache.get('required'), 'yes');
  await cache.disconnect();
}

main();
