import { brotliCompressSync } from 'node:zlib';
import { compressorSuite } from '@mc/testing/suites';
import { brotliCompressor } from '../src/index.js';

const damaged = {
  nothing: new Uint8Array(0),
  'a stream that never ends': brotliCompressSync(Buffer.from('some text')).subarray(0, -1),
  'a window larger than the format has': Uint8Array.of(0x11, 0x1e, 0x03),
};

compressorSuite('brotli', brotliCompressor(), { damaged });
compressorSuite('brotli, all in the thread pool', brotliCompressor({ asyncFromBytes: 0 }), { damaged });
