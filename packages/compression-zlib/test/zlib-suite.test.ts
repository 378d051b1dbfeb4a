import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { compressorSuite } from '@mc/testing/suites';
import { zlibCompressor } from '../src/index.js';

const text = Buffer.from('the same value again and again and again');
const damaged = {
  nothing: new Uint8Array(0),
  'a gzip file': gzipSync(text),
  'raw deflate': deflateRawSync(text),
  'a stream with a dictionary': deflateSync(text, { dictionary: Buffer.from('the value again') }),
  'a wrong checksum': changeLast(deflateSync(text)),
};

function changeLast(bytes: Buffer): Buffer {
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return bytes;
}

compressorSuite('zlib', zlibCompressor(), { damaged });
compressorSuite('zlib, all in the thread pool', zlibCompressor({ asyncFromBytes: 0 }), { damaged });
compressorSuite('zlib, nothing in the thread pool', zlibCompressor({ asyncFromBytes: Infinity }), {
  damaged,
});
