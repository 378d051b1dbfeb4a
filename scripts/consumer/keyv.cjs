const assert = require('node:assert');
const { createKeyv } = require('@mc/adapter-keyv');

async function main() {
  const keyv = createKeyv(process.env.MEMCACHED_SERVER);
  await keyv.set('required', [1, 2]);
  assert.deepEqual(await keyv.get('required'), [1, 2]);
  await keyv.disconnect();
}

main();
