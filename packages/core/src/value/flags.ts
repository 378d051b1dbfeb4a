/**
 * The one place that knows the bits of the client flags.
 *
 * Bits 0-4 are pylibmc's own (`_pylibmcmodule.h`: PYLIBMC_FLAG_*), so its processes and ours read each other's simple
 * values; its readers ignore the bits from 5 on.
 */

/** Raw bytes: no type bit. */
export const BYTES = 0;
/** A Python pickle. */
const PICKLE = 1;
/** `0` or `1`. */
export const BOOLEAN = 2;
/** Decimal text. */
export const INTEGER = 4;
/** A zlib stream around the value. */
const ZLIB = 8;
/** UTF-8 text. */
export const TEXT = 16;
/** Bits that say what kind of simple value it is. */
export const TYPE_MASK: number = PICKLE | BOOLEAN | INTEGER | TEXT;

const CODEC_SHIFT = 5;
const CODEC_MASK = 7;
const COMPRESSOR_SHIFT = 8;
const COMPRESSOR_MASK = 7;
/** Bits 12 and up are written 0; anything there was written by somebody else. */
const FOREIGN_MASK = 0xffff_f000;

/** "Written by @mc", while a migration format is in use. */
const MIGRATED = 1 << 11;

/** Codec id of JSON, whose text carries the TEXT bit too, so that pylibmc reads it as `str`. */
const JSON_CODEC = 1;

/** `Codec.id` of Python's pickle, which has a type bit of its own. */
export const PICKLE_CODEC = 8;

/** `Compressor.id` of zlib, which has a bit of its own. */
export const ZLIB_COMPRESSOR = 8;

/** Flags of a value that the codec wrote. */
export function codecFlags(codecId: number): number {
  if (codecId === PICKLE_CODEC) return PICKLE;
  return codecId === JSON_CODEC ? (codecId << CODEC_SHIFT) | TEXT : codecId << CODEC_SHIFT;
}

/** Id of the codec that wrote the value, 0 for none. */
export function codecIdOf(flags: number): number {
  const id = (flags >>> CODEC_SHIFT) & CODEC_MASK;
  return id === 0 && (flags & TYPE_MASK) === PICKLE ? PICKLE_CODEC : id;
}

/** The flags of a value that is written while another client's values are still there. */
export function markMigrated(flags: number): number {
  return flags | MIGRATED;
}

/** True for a value that was written by {@link markMigrated}'s flags. */
export function isMigrated(flags: number): boolean {
  return (flags & MIGRATED) !== 0;
}

/** The flags of a marked value, without the mark. */
export function withoutMark(flags: number): number {
  return flags & ~MIGRATED;
}

/** Bit or bits that mark a value as compressed. */
export function compressorFlags(compressorId: number): number {
  return compressorId === ZLIB_COMPRESSOR ? ZLIB : compressorId << COMPRESSOR_SHIFT;
}

/** Id of the compressor around the value, 0 for none, -1 where two are marked. */
export function compressorIdOf(flags: number): number {
  const other = (flags >>> COMPRESSOR_SHIFT) & COMPRESSOR_MASK;
  if ((flags & ZLIB) === 0) return other;
  return other === 0 ? ZLIB_COMPRESSOR : -1;
}

/** True where bits are set that this layout never writes. */
export function isForeign(flags: number): boolean {
  return (flags & FOREIGN_MASK) !== 0;
}
