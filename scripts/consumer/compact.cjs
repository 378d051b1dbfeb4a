const assert = require('node:assert');
const { msgpackCodec } = require('@mc/codec-msgpack');
const { lz4Compressor } = require('@mc/compression-lz4');

const codec = msgpackCodec();
assert.deepEqual(codec.decode(Uint8Array.from(codec.encode({ answer: 42 }))), { answer: 42 });
const compressor = lz4Compressor();
const zeros = new Uint8Array(10_000);
assert.deepEqual(new Uint8Array(compressor.decompress(compressor.compress(zeros), 10_000)), zeros);
