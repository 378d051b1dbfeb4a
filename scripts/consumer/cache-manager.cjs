const assert = require('node:assert');
const { createMemcachedCache, memcachedStore } = require('@mc/adapter-cache-manager');
const { Cacheable } = require('cacheable');

async function main() {
  const cache = createMemcachedCache({ servers: process.env.MEMCACHED_SERVER });
  await cache.set('required', 'yes');
  assert.equal(await cache.get('required'), 'yes');
  await cache.disconnect();
  const tiers = new Cacheable({ secondary: memcachedStore(process.env.MEMCACHED_SERVER) });
  await tiers.set('tiers', 'two');
  assert.equal(await tiers.secondary.get('tiers'), 'two');
  await tiers.disconnect();
}

main();
