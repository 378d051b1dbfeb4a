import { PickleError, type PickleOptions, readPickle } from '@mc/codec-pylibmc';

/** A pickle written as text, a character a byte: `pickleOf('\x80\x02K\x01.')`. */
export function pickleOf(...parts: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(parts.join(''), 'latin1'));
}

/** The value of a pickle written as text. */
export function read(text: string, options?: PickleOptions): unknown {
  return readPickle(pickleOf(text), options);
}

/** Why a pickle is not read. @throws Error where it is */
export function refusalOf(data: Uint8Array | string, options?: PickleOptions): PickleError {
  try {
    readPickle(typeof data === 'string' ? pickleOf(data) : data, options);
  } catch (error) {
    if (error instanceof PickleError) return error;
    throw error;
  }
  throw new Error('it was read');
}
