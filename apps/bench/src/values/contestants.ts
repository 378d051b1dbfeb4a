import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { jsonCodec } from '@mc/codec-json';
import { msgpackCodec } from '@mc/codec-msgpack';
import { pylibmcCodec } from '@mc/codec-pylibmc';
import { lz4Compressor } from '@mc/compression-lz4';
import { brotliCompressor, zlibCompressor, zstdCompressor } from '@mc/compression-zlib';
import * as lz4 from 'lz4-wasm-nodejs';
import { Packr } from 'msgpackr';
import { bufferOf, codecContest, textContest } from './codec-contest.js';
import { compressorContest } from './compressor-contest.js';
import type { Contestant, Way } from './contestant.js';
import { bareZstd } from './zstd-calls.js';

/** The default of `brotliCompressor`; the library's own is 11, which takes eighty times as long. */
const BROTLI = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };

const CODECS: readonly Contestant[] = [
  {
    id: 'core',
    title: 'no codec',
    kind: 'codec',
    bareCall: 'Buffer.from, buffer.toString',
    open: textContest,
  },
  {
    id: 'json',
    title: 'JSON',
    kind: 'codec',
    bareCall: 'JSON.stringify, JSON.parse',
    open: (value) =>
      codecContest(jsonCodec(), value, {
        encode: (input) => Buffer.from(JSON.stringify(input), 'utf8'),
        decode: (bytes) => JSON.parse(bufferOf(bytes).toString('utf8')) as unknown,
      }),
  },
  {
    id: 'msgpack',
    title: 'MessagePack',
    kind: 'codec',
    bareCall: 'pack, unpack of msgpackr, useRecords: false',
    open: (value) => codecContest(msgpackCodec(), value, bareMsgpackr({ useRecords: false })),
  },
  {
    id: 'msgpack-structured',
    title: 'structured',
    kind: 'codec',
    bareCall: 'pack, unpack of msgpackr, structuredClone: true',
    open: (value) =>
      codecContest(msgpackCodec({ structured: true }), value, bareMsgpackr({ structuredClone: true })),
  },
  {
    id: 'pickle',
    title: 'pickle',
    kind: 'codec',
    bareCall: undefined,
    open: (value) => codecContest(pylibmcCodec(), value, undefined),
  },
];

const COMPRESSORS: readonly Contestant[] = [
  {
    id: 'zlib',
    title: 'zlib',
    kind: 'compressor',
    bareCall: 'zlib.deflate, zlib.inflate',
    open: (value) =>
      compressorContest(zlibCompressor(), value, {
        here: { encode: (data) => zlib.deflateSync(data), decode: (data) => zlib.inflateSync(data) },
        inPool: { encode: promisify(zlib.deflate), decode: promisify(zlib.inflate) },
      }),
  },
  {
    id: 'brotli',
    title: 'brotli',
    kind: 'compressor',
    bareCall: 'zlib.brotliCompress of quality 4, zlib.brotliDecompress',
    open: (value) => {
      const compress = promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zlib.brotliCompress);
      return compressorContest(brotliCompressor(), value, {
        here: {
          encode: (data) => zlib.brotliCompressSync(data, BROTLI),
          decode: (data) => zlib.brotliDecompressSync(data),
        },
        inPool: { encode: (data) => compress(data, BROTLI), decode: promisify(zlib.brotliDecompress) },
      });
    },
  },
  {
    id: 'zstd',
    title: 'zstd',
    kind: 'compressor',
    bareCall: 'zlib.zstdCompress, zlib.zstdDecompress',
    needsNode: [22, 15],
    open: (value) => {
      const bare = bareZstd();
      return bare === undefined ? undefined : compressorContest(zstdCompressor(), value, bare);
    },
  },
  {
    id: 'lz4',
    title: 'lz4',
    kind: 'compressor',
    bareCall: 'compress, decompress of lz4-wasm-nodejs',
    open: (value) =>
      compressorContest(lz4Compressor(), value, { here: { encode: lz4.compress, decode: lz4.decompress } }),
  },
];

/** A packer each way, as the library is used where it is used alone. */
function bareMsgpackr(options: ConstructorParameters<typeof Packr>[0]): Way {
  const packr = new Packr(options);
  return { encode: (value) => packr.pack(value), decode: (bytes) => packr.unpack(bytes) as unknown };
}

/** Every row of the tables, in their order. */
export const CONTESTANTS: readonly Contestant[] = [...CODECS, ...COMPRESSORS];

/** The contestant of this id; throws when there is none. */
export function contestantOf(id: string): Contestant {
  const found = CONTESTANTS.find((contestant) => contestant.id === id);
  if (found !== undefined) return found;
  throw new Error(
    `No contestant is called ${id}; there are ${CONTESTANTS.map((each) => each.id).join(', ')}.`,
  );
}
