import type { MemcachedClient, Options } from '@mc/memcached';
import type { Page } from './page.js';

/** What a chapter works with. */
export interface Stage {
  readonly cache: MemcachedClient;
  readonly page: Page;
  /** What stands before every key of the tour. */
  readonly keyPrefix: string;
  /** Names of the servers, as the client calls them. */
  readonly serverNames: readonly string[];
  /** Opens a further client with the same servers; the tour closes it. */
  open(options: Options): MemcachedClient;
}

/** One chapter of the tour. */
export interface Chapter {
  readonly title: string;
  readonly about: string;
  /** Every key it stores: the tour deletes them, and no others. */
  readonly keys: readonly string[];
  show(stage: Stage): Promise<void>;
}
