import { type PickleOptions, pylibmcCodec, pylibmcFormat } from '@mc/codec-pylibmc';
import { zlibCompressor } from '@mc/compression-zlib';
import type { ValueOptions } from '@mc/core';

/** A way to set up a client that shares its values with pylibmc. */
export interface SetUp {
  readonly title: string;
  /** Whether a boolean that pylibmc wrote comes back as one; pylibmc itself reads an integer. */
  readonly readsBooleans: boolean;
  options(pickles: PickleOptions): ValueOptions;
}

export const setUps: readonly SetUp[] = [
  {
    title: 'the codec, in the own layout',
    readsBooleans: true,
    options: (pickles) => ({ codec: pylibmcCodec(pickles), compressor: zlibCompressor() }),
  },
  {
    title: "pylibmc's own format",
    readsBooleans: false,
    options: (pickles) => ({
      format: pylibmcFormat({ ...pickles, compressor: zlibCompressor({ trailingBytes: 'ignore' }) }),
    }),
  },
];
