import assert from 'node:assert';
import { msgpackCodec } from '@mc/codec-msgpack';
import { lz4Compressor } from '@mc/compression-lz4';
import { brotliCompressor, zlibCompressor } from '@mc/compression-zlib';
import { createClient } from '@mc/memcached';

const value = { rows: Array.from({ length: 200 }, (_, id) => ({ id, name: `row ${id}` })) };
for (const compressor of [zlibCompressor(), brotliCompressor(), lz4Compressor()]) {
  const options = { codec: msgpackCodec({ structured: true }), compressor, minCompressLen: 100 };
  const cache = createClient({ servers: process.env.MEMCACHED_SERVER, ...options });
  assert.equal(await cache.set('compact', value), true);
  assert.deepEqual(await cache.get('compact'), value);
  await cache.close();
}
