import { type PickleOptions, type PickleSettings, pickleSettings } from './pickle-options.js';
import { PickleBuffer } from './write/pickle-buffer.js';
import { PickleOutput } from './write/pickle-output.js';
import { writeValue } from './write/write-value.js';

/** Above it, the memory is not kept for the next pickle. */
const MOST_KEPT_BYTES = 65_536;

/**
 * The pickle of a value, in the bytes that Python's own pickler writes for it. The README has the table of what
 * becomes what. Format: Python's `pickletools`.
 *
 * @throws TypeError for what no Python value stands for, and RangeError for what is too deep or too large
 */
export function writePickle(value: unknown, options?: PickleOptions): Uint8Array {
  return writeWith(new PickleBuffer(), value, pickleSettings(options));
}

/** {@link writePickle}, with options that were checked and a buffer that nobody else uses meanwhile. */
function writeWith(buffer: PickleBuffer, value: unknown, settings: PickleSettings): Uint8Array {
  writeValue(new PickleOutput(buffer, settings), value, 0);
  return buffer.finish();
}

/** Writes pickles one after the other into the same memory. */
export function pickleWriter(settings: PickleSettings): (value: unknown) => Uint8Array {
  let spare: PickleBuffer | undefined;
  return (value) => {
    // A getter of the value may write a pickle too, and needs memory of its own.
    const buffer = spare ?? new PickleBuffer();
    spare = undefined;
    try {
      return writeWith(buffer, value, settings);
    } finally {
      if (buffer.size <= MOST_KEPT_BYTES) spare = buffer;
    }
  };
}
