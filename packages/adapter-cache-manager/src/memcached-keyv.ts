import type { KeyvMemcached } from '@mc/adapter-keyv';
import type { KeyvOptions } from 'keyv';
import { CallOrder } from './call-order.js';
import { EntryKeyv } from './entry-keyv.js';

/** A Keyv 5 on memcached whose values are written once, by the client's codec. */
export class MemcachedKeyv extends EntryKeyv {
  readonly #memcached: KeyvMemcached;
  readonly #order = new CallOrder();

  constructor(memcached: KeyvMemcached, options: Omit<KeyvOptions, 'store'>) {
    super({ ...options, store: memcached });
    this.#memcached = memcached;
  }

  /** Closes the client, unless it was there before, behind the calls that wait. */
  override disconnect(): Promise<void> {
    return this.inTurn(0, () => super.disconnect());
  }

  protected override inTurn<R>(weight: number, call: () => Promise<R>): Promise<R> {
    return this.#order.run(weight, call);
  }

  /** cache-manager's `mdel` calls `delete` for each of its keys, before it waits for the first. */
  protected override deleteInTurn(call: () => Promise<boolean>): Promise<boolean> {
    return this.#order.runOneOfMany(1, call);
  }

  /** Clears its own namespace, also where it had another one before. */
  protected override async clearStore(): Promise<void> {
    await this.#memcached.clear(this.namespace ?? '');
  }
}
