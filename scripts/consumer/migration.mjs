import assert from 'node:assert';
import { pylibmcCodec } from '@mc/codec-pylibmc';
import { zlibCompressor } from '@mc/compression-zlib';
import { createClient, jsonCodec } from '@mc/memcached';
import { dalliFormat, pymemcacheFormat } from '@mc/migration';

const servers = process.env.MEMCACHED_SERVER;
const readers = { codec: jsonCodec(), readCodecs: [pylibmcCodec()], readCompressors: [zlibCompressor()] };
for (const format of [dalliFormat(readers), pymemcacheFormat(readers)]) {
  const cache = createClient({ servers, format });
  assert.equal(await cache.set('migrated', { answer: 42 }), true);
  assert.deepEqual(await cache.get('migrated'), { answer: 42 });
  await cache.close();
}
