import { compressorSuite } from '@mc/testing/suites';
import { lz4Compressor } from '../src/index.js';

/** A block behind its length. */
function stored(length: number, ...block: number[]): Uint8Array {
  const bytes = Buffer.alloc(4 + block.length);
  bytes.writeUInt32LE(length, 0);
  bytes.set(block, 4);
  return bytes;
}

compressorSuite('lz4', lz4Compressor(), {
  same: { 'a long run': Buffer.alloc(300_000, 'a'), 'long literals': Buffer.from('0123456789'.repeat(2)) },
  damaged: {
    nothing: new Uint8Array(0),
    'a part of a length': new Uint8Array(3),
    'a length alone': new Uint8Array(4),
    'no bytes said to be one': stored(1, 0x00),
    'one byte said to be none': stored(0, 0x10, 0x61),
    'one byte said to be two': stored(2, 0x10, 0x61),
    'two bytes said to be one': stored(1, 0x20, 0x61, 0x62),
    'a byte said to be 4 GiB': stored(0xffff_ffff, 0x10, 0x61),
    'a byte said to be 64 MiB': stored(64 * 1_048_576, 0x10, 0x61),
    'literals that are not there': stored(2, 0x20, 0x61),
    'a long length of literals that is cut': stored(300, 0xf0, 0xff),
    'a match before the beginning': stored(9, 0x10, 0x61, 0x02, 0x00, 0x40, 0x62, 0x62, 0x62, 0x62),
    'a match at distance 0': stored(9, 0x10, 0x61, 0x00, 0x00, 0x40, 0x62, 0x62, 0x62, 0x62),
    'a distance that is cut': stored(5, 0x10, 0x61, 0x01),
    'a long match that is cut': stored(500, 0x1f, 0x61, 0x01, 0x00, 0xff),
    'a match and nothing behind it': stored(5, 0x10, 0x61, 0x01, 0x00),
    'an lz4 frame': Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 0, 0, 0, 0),
  },
});
