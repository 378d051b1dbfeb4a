import type { Codec } from '@mc/core';
import { type PickleOptions, pickleSettings } from './pickle-options.js';
import { pickleReader } from './read-pickle.js';
import { pickleWriter } from './write-pickle.js';

/**
 * Python's pickle, as pylibmc stores what is not bytes, text, a boolean or an integer. Its id is 8: it has a bit of
 * its own in the flags, which is pylibmc's too.
 *
 * `encode` throws a `TypeError` for what no Python value stands for and a `RangeError` for what is too deep or too
 * large; `decode` throws a `PickleError`.
 *
 * @throws RangeError or TypeError for an option out of its range
 */
export function pylibmcCodec(options?: PickleOptions): Codec {
  const settings = pickleSettings(options);
  return {
    name: 'pickle',
    id: 8,
    encode: pickleWriter(settings),
    decode: pickleReader(settings),
  };
}
