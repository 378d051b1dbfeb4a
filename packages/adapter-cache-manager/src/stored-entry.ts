/** What a store keeps under a key; without `expires` for ever. */
export interface StoredEntry {
  readonly value: unknown;
  /** A whole number of milliseconds since 1970. */
  readonly expires: number | undefined;
}

/** An entry that a store is to keep under a key for `ttl` milliseconds: `undefined` for ever, below 0 not at all. */
export interface StoreWrite {
  readonly key: string;
  readonly value: StoredEntry;
  readonly ttl: number | undefined;
}

/**
 * What keeps the entries; the keys carry their namespace. What fails in part of a batch is told by an `error` event,
 * and by the result of that part.
 */
export interface EntryStore {
  get(key: string): Promise<unknown>;
  getMany(keys: readonly string[]): Promise<unknown[]>;
  set(key: string, entry: StoredEntry, ttl: number | undefined): Promise<boolean>;
  setMany(writes: readonly StoreWrite[]): Promise<boolean[]>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: readonly string[]): Promise<boolean>;
}

const GONE = -1;

/** An entry that lives for `ttl` milliseconds from now on: for ever without one, with 0, and beyond all times. */
export function entryOf(value: unknown, ttl: number | undefined): StoredEntry {
  if (!ttl) return { value, expires: undefined };
  const expires = Math.ceil(Date.now() + ttl);
  return { value, expires: expires > Number.MAX_SAFE_INTEGER ? undefined : Math.max(0, expires) };
}

/** Whether there is anything to be kept. */
export function hasValue({ value }: StoredEntry): boolean {
  return value !== undefined;
}

/** How long a store is to keep an entry from now on, as {@link StoreWrite} has it. */
export function ttlOf(entry: StoredEntry): number | undefined {
  if (!hasValue(entry)) return GONE;
  if (entry.expires === undefined) return undefined;
  const left = entry.expires - Date.now();
  return left > 0 ? left : GONE;
}

/** What a store gave, if it is an entry that has not ended. What has is left to the store, which drops it by itself. */
export function liveEntry(given: unknown): StoredEntry | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const entry = given as StoredEntry;
  if (!hasValue(entry)) return undefined;
  return entry.expires !== undefined && entry.expires < Date.now() ? undefined : entry;
}
