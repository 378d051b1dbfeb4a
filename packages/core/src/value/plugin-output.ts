import { checkFlags, plainBytes } from '@mc/protocol';
import type { Packed } from '../contract.js';

/** True for a promise of any realm or library. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

/** Refuses what a plugin gave. A promise among it may reject later, and nobody will look at it. */
function refuse(given: unknown, message: string): never {
  if (isThenable(given)) Promise.resolve(given).catch(() => {});
  throw new TypeError(message);
}

/** The text or bytes a plugin gave. @throws TypeError for anything else: a length that is none must not be announced */
export function textOrBytes(data: unknown): string | Uint8Array {
  if (typeof data !== 'string') return bytesOnly(data);
  return data.isWellFormed() ? data : refuse(data, 'text with lone surrogates');
}

/** The bytes a plugin gave. @throws TypeError for anything else */
export function bytesOnly(data: unknown): Uint8Array {
  return plainBytes(data) ?? refuse(data, 'a plugin must give a Uint8Array');
}

/** The value a plugin decoded. @throws TypeError for a thenable, which a promise would take for its own outcome */
export function settledValue(value: unknown): unknown {
  return isThenable(value)
    ? refuse(value, 'a plugin must decode at once, and to a value without a method then')
    : value;
}

/** What a value format packed. @throws TypeError */
export function packedBy(packed: Packed): Packed {
  if (isThenable(packed)) return refuse(packed, 'a value format must pack at once');
  return { data: textOrBytes(packed.data), flags: checkFlags(packed.flags) };
}
