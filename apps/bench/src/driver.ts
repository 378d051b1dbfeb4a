/**
 * One client library behind the same few calls. A driver returns what the library returns: `textOf` and the others
 * unwrap a reply when it is checked, so no wrapping is paid for inside the timed loop.
 */
export interface Driver {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  /** Absent where the library has no call for many keys. */
  getMulti?(keys: readonly string[]): Promise<unknown>;
  /** The value inside a reply of `get`. */
  textOf(reply: unknown): unknown;
  /** The value of `key` (the `index`-th asked for) inside a reply of `getMulti`. */
  textIn?(reply: unknown, key: string, index: number): unknown;
  /** Whether a reply of `set` says stored. */
  isStored(reply: unknown): boolean;
  close(): Promise<void>;
}

/** Opens a driver on `host:port` servers; resolves when its connections are up. */
export type OpenDriver = (servers: readonly string[]) => Promise<Driver>;
