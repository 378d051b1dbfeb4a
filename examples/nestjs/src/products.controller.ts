import { CacheInterceptor, CacheTTL } from '@nestjs/cache-manager';
import { Controller, Delete, Get, HttpCode, Inject, Param, UseInterceptors } from '@nestjs/common';
import { type Product, ProductsService } from './products.service.js';

/** The routes: one caches what it calls, the other its whole answer. */
@Controller()
export class ProductsController {
  // Named by hand: the tools that run this file write no metadata about types.
  @Inject(ProductsService) private readonly products!: ProductsService;

  /** One product. */
  @Get('products/:id')
  find(@Param('id') id: string): Promise<Product> {
    return this.products.find(id);
  }

  /** Drops one product from the cache. */
  @Delete('products/:id')
  @HttpCode(204)
  forget(@Param('id') id: string): Promise<void> {
    return this.products.forget(id);
  }

  /** The time of the server; the answer is cached by its URL for two seconds. */
  @Get('time')
  @UseInterceptors(CacheInterceptor)
  @CacheTTL(2_000)
  time(): { readonly time: string } {
    return { time: new Date().toISOString() };
  }
}
