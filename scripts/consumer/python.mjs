import assert from 'node:assert';
import { pylibmcCodec, pylibmcFormat } from '@mc/codec-pylibmc';
import { zlibCompressor } from '@mc/compression-zlib';
import { createClient } from '@mc/memcached';

const servers = process.env.MEMCACHED_SERVER;
const ours = createClient({
  servers,
  codec: pylibmcCodec(),
  compressor: zlibCompressor(),
  minCompressLen: 10,
});
const theirs = createClient({ servers, format: pylibmcFormat({ compressor: zlibCompressor() }) });
const value = { list: [1, 2.5, null, true], text: 'x'.repeat(1000) };
assert.equal(await ours.set('python', value), true);
assert.deepEqual(await theirs.get('python'), value);
await ours.close();
await theirs.close();
