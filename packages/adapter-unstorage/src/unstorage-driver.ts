/**
 * What unstorage asks of a driver, as unstorage 1.17 declares it. Written down here because its own declarations need
 * every driver's library to compile.
 */

/** Options of one call. */
export interface ItemOptions {
  /** Seconds that the item lives. */
  readonly ttl?: number | undefined;
  readonly [name: string]: unknown;
}

/** A value as unstorage passes it on. */
export type StoredValue = string | number | boolean | object | null;

/** What is known of an item. */
export interface ItemMeta {
  /** When it was written. */
  mtime?: Date;
  /** Seconds that are left of it. */
  ttl?: number;
  /** Bytes. */
  size?: number;
  [name: string]: Date | number | undefined;
}

/** An item to read. */
export interface WantedItem {
  readonly key: string;
  readonly options?: ItemOptions;
}

/** An item to store. */
export interface NewItem extends WantedItem {
  readonly value: string;
}

/** A driver whose methods all are there, and may be called without their object. */
export interface UnstorageDriver<I> {
  readonly name: string;
  readonly flags: { readonly ttl: boolean };
  getInstance(): I;
  hasItem(key: string, options?: ItemOptions): Promise<boolean>;
  getItem(key: string, options?: ItemOptions): Promise<StoredValue>;
  getItems(
    items: readonly WantedItem[],
    common?: ItemOptions,
  ): Promise<Array<{ key: string; value: StoredValue }>>;
  getItemRaw(key: string, options?: ItemOptions): Promise<unknown>;
  setItem(key: string, value: string, options?: ItemOptions): Promise<void>;
  setItems(items: readonly NewItem[], common?: ItemOptions): Promise<void>;
  setItemRaw(key: string, value: unknown, options?: ItemOptions): Promise<void>;
  removeItem(key: string, options?: ItemOptions): Promise<void>;
  getMeta(key: string, options?: ItemOptions): Promise<ItemMeta | null>;
  getKeys(base?: string, options?: ItemOptions): Promise<string[]>;
  clear(base?: string, options?: ItemOptions): Promise<void>;
  dispose(): Promise<void>;
}
