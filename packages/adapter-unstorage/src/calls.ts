import { ClosedError, type MemcachedClient } from '@mc/memcached';
import type { Failures } from './failures.js';
import { type Items, throwFailed } from './items.js';
import { KeyLines } from './key-lines.js';
import type { Listing } from './listing.js';
import type { ItemOptions, NewItem, StoredValue } from './unstorage-driver.js';

/** Items of a batch that are written at once, so that the client's queue holds them and the answers come in time. */
const PART_LENGTH = 8192;

type Outcomes = PromiseSettledResult<void>[];

/** The calls of a driver: in call order on each key, with failures hidden that are to be, until it is closed. */
export class Calls {
  readonly #failures: Failures;
  readonly #items: Items;
  readonly #listing: Listing;
  readonly #lines = new KeyLines();
  #isClosed = false;

  constructor(failures: Failures, items: Items, listing: Listing) {
    this.#failures = failures;
    this.#items = items;
    this.#listing = listing;
  }

  /** What is read, or `missed` where nothing is there or that it fails is hidden. */
  read<T, M>(
    operation: string,
    key: string,
    reading: () => Promise<T | undefined>,
    missed: M,
  ): Promise<T | M> {
    return this.#read(operation, [key], reading, missed);
  }

  async readMany(keys: readonly string[]): Promise<Array<{ key: string; value: StoredValue }>> {
    const none: undefined[] = [];
    const reading = () => this.#items.readMany('getItems', keys);
    const values = await this.#read('getItems', keys, reading, none);
    return keys.map((key, at) => ({ key, value: values[at] ?? null }));
  }

  async write(operation: string, key: string, writing: () => Promise<void>): Promise<void> {
    this.#checkOpen();
    await this.#hidden(operation, this.#lines.run([key], writing));
  }

  async writeMany(batch: readonly NewItem[], common: ItemOptions | undefined): Promise<void> {
    this.#checkOpen();
    const parts: Array<Promise<Outcomes>> = [];
    for (let start = 0; start < batch.length; start += PART_LENGTH) {
      const part = batch.slice(start, start + PART_LENGTH);
      const keys = part.map(({ key }) => key);
      const send = () => this.#writePart(part, common);
      const before = parts.at(-1);
      // All parts are in line now: what is called later on their keys comes behind them.
      parts.push(
        before === undefined ? this.#lines.run(keys, send) : this.#lines.runAfter(before, keys, send),
      );
    }
    const outcomes = (await Promise.all(parts)).flat();
    throwFailed(
      batch.map(({ key }) => key),
      outcomes,
    );
  }

  /** The keys under a base; none where that a server could not be reached is hidden. */
  async keys(base: string | undefined): Promise<string[]> {
    this.#checkOpen();
    try {
      return await this.#listing.keys(base);
    } catch (error) {
      this.#failures.unreached('getKeys', error);
      return [];
    }
  }

  async clear(base: string | undefined): Promise<void> {
    this.#checkOpen();
    await this.#listing.clear(base);
  }

  /** Refuses all calls from now on, and closes the client behind those that were made before. */
  async close(client: MemcachedClient): Promise<void> {
    this.#isClosed = true;
    await this.#lines.allBegun();
    await client.close();
  }

  async #read<T, M>(
    operation: string,
    keys: readonly string[],
    reading: () => Promise<T | undefined>,
    missed: M,
  ): Promise<T | M> {
    this.#checkOpen();
    try {
      return (await this.#lines.run(keys, reading)) ?? missed;
    } catch (error) {
      this.#failures.missed(operation, error);
      return missed;
    }
  }

  #writePart(part: readonly NewItem[], common: ItemOptions | undefined): Promise<Outcomes> {
    const writing = part.map(({ key, value, options }) => {
      const ttl = options?.ttl ?? common?.ttl;
      return this.#hidden('setItems', this.#items.write(key, value, ttl));
    });
    return Promise.allSettled(writing);
  }

  async #hidden(operation: string, writing: Promise<void>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      this.#failures.unreached(operation, error);
    }
  }

  /** @throws ClosedError */
  #checkOpen(): void {
    if (this.#isClosed) throw new ClosedError();
  }
}
