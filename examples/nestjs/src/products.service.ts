import { CACHE_MANAGER, type Cache } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';

/** What is sold. */
export interface Product {
  readonly id: string;
  readonly name: string;
  /** How often the product had to be computed when this one was. */
  readonly computed: number;
}

const LIFETIME_MS = 30_000;

/**
 * Products that take long to compute. All processes on the same memcached share what one has computed; `wrap` has calls
 * wait for each other within a process only, so processes that miss at the same time compute it once each.
 */
@Injectable()
export class ProductsService {
  @Inject(CACHE_MANAGER) private readonly cache!: Cache;
  private computed = 0;

  /** The product, from the cache where it is there. */
  find(id: string): Promise<Product> {
    return this.cache.wrap(`product:${id}`, () => this.compute(id), LIFETIME_MS);
  }

  /** Has the product computed anew when it is next asked for. */
  async forget(id: string): Promise<void> {
    await this.cache.del(`product:${id}`);
  }

  private async compute(id: string): Promise<Product> {
    this.computed += 1;
    return { id, name: `Product ${id}`, computed: this.computed };
  }
}
