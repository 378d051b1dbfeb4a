import { InvalidArgumentError, ValueTooLargeError } from './errors.js';

const MAX_UINT32 = 0xffff_ffff;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
/** A length of 2^31 or more makes the server read the value as commands, so nothing near it is ever written. */
const MAX_BODY_BYTES = 0x7fff_ffff - 1024;

declare const flags: unique symbol;
declare const delta: unique symbol;
declare const casId: unique symbol;
declare const bodyLength: unique symbol;
declare const word: unique symbol;

/** Client flags that have been checked and may be written. */
export type Flags = number & { readonly [flags]: true };
/** A counter's change that has been checked and may be written. */
export type Delta = (number | bigint) & { readonly [delta]: true };
/** A CAS id that has been checked and may be written. */
export type CasId = bigint & { readonly [casId]: true };
/** The length of a value in bytes that has been checked and may be written. */
export type BodyLength = number & { readonly [bodyLength]: true };
/** A word such as a statistics group that has been checked and may be written. */
export type Word = string & { readonly [word]: true };

/** @throws InvalidArgumentError unless `value` is an integer from 0 to 2^32 - 1 (a server stores 2^32 as 0). */
export function checkFlags(value: number): Flags {
  if (!Number.isInteger(value) || value < 0 || value > MAX_UINT32) {
    throw new InvalidArgumentError('flags must be an integer from 0 to 2^32 - 1');
  }
  return value as Flags;
}

/** @throws InvalidArgumentError unless `value` is a safe integer or a bigint from 0 to 2^64 - 1. */
export function checkDelta(value: number | bigint): Delta {
  const valid =
    typeof value === 'bigint'
      ? value >= 0n && value <= MAX_UINT64
      : Number.isSafeInteger(value) && value >= 0;
  if (!valid) {
    throw new InvalidArgumentError('delta must be an integer from 0 to 2^64 - 1 (a bigint above 2^53 - 1)');
  }
  return value as Delta;
}

/** @throws InvalidArgumentError unless `value` is a bigint from 1 to 2^64 - 1 (0 is no id a server gives). */
export function checkCas(value: bigint): CasId {
  if (typeof value !== 'bigint' || value < 1n || value > MAX_UINT64) {
    throw new InvalidArgumentError('cas must be a bigint from 1 to 2^64 - 1, as gets() returned it');
  }
  return value as CasId;
}

/**
 * @throws ValueTooLargeError for a length near or past 2^31, which no server takes
 * @throws InvalidArgumentError for what is no length
 */
export function checkBodyLength(bytes: number): BodyLength {
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new InvalidArgumentError('a value has no valid length');
  if (bytes > MAX_BODY_BYTES)
    throw new ValueTooLargeError('the value is larger than any memcached can store');
  return bytes as BodyLength;
}

/** Groups whose replies are not `STAT` lines closed by `END`. */
const UNFRAMED_STATISTICS = /^(?:cachedump|sizes_|detail dump)/;

/** @throws InvalidArgumentError unless `value` is words of letters, digits, `_` and `-` with single spaces, at most 100 long. */
export function checkWord(value: string): Word {
  if (typeof value !== 'string' || value.length > 100 || !/^[\w-]+(?: [\w-]+)*$/.test(value)) {
    throw new InvalidArgumentError(
      'a statistics group must be one or more words of letters, digits, _ and -',
    );
  }
  if (UNFRAMED_STATISTICS.test(value)) {
    throw new InvalidArgumentError(
      'this statistics group is answered in a form of its own, which is not read here',
    );
  }
  return value as Word;
}
