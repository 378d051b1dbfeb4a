/** A stored item. */
export interface Item {
  readonly key: string;
  flags: number;
  /** When it expires, in seconds of the engine's clock; 0 for never. */
  expiry: number;
  /** When it was last written, in seconds of the engine's clock. */
  time: number;
  /** Changes with every write. */
  cas: number;
  /** The value. It belongs to the item alone and is overwritten in place. */
  body: Uint8Array;
  /** What it counts for in memory. */
  bytes: number;
  /** Neighbours in the order of use. */
  newer: Item | undefined;
  older: Item | undefined;
}

/** Header of an item (48), NUL behind its key (1), CAS id (8), CRLF behind its value (2). */
const OVERHEAD_BYTES = 59;
/** Flags are stored only where there are any. */
const FLAGS_BYTES = 4;

/** What an item counts for, as memcached counts it. Source: memcached 1.6.18, items.c, item_make_header. */
export function itemBytes(keyLength: number, flags: number, bodyLength: number): number {
  return OVERHEAD_BYTES + keyLength + (flags === 0 ? 0 : FLAGS_BYTES) + bodyLength;
}
