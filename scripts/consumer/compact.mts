import { msgpackCodec } from '@mc/codec-msgpack';
import { lz4Compressor } from '@mc/compression-lz4';
import { zlibCompressor } from '@mc/compression-zlib';
import { type Codec, type Compressor, createClient } from '@mc/memcached';

const codec: Codec = msgpackCodec({ structured: true });
const readCompressors: Compressor[] = [zlibCompressor({ level: 6 })];
const cache = createClient({ codec, compressor: lz4Compressor(), readCompressors, minCompressLen: 1000 });
// @ts-expect-error: there is no such option
msgpackCodec({ structure: true });
await cache.close();
