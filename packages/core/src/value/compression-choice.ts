import { InvalidArgumentError } from '@mc/protocol';
import type { CompressionChoice } from '../contract.js';

/** The call's own threshold in bytes; `undefined` where it has none. @throws InvalidArgumentError */
export function minCompressLenOf(choice: CompressionChoice | undefined): number | undefined {
  const bytes = choice?.minCompressLen;
  if (bytes !== undefined && (!Number.isSafeInteger(bytes) || bytes < 0)) {
    throw new InvalidArgumentError('minCompressLen must be an integer of at least 0');
  }
  return bytes;
}
