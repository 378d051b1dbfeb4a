import { memcachedStore } from '@mc/adapter-cache-manager';
import { CacheModule } from '@nestjs/cache-manager';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { ProductsController } from './products.controller.js';
import { ProductsService } from './products.service.js';

@Module({})
class AppModule {}

/** The application, with its cache on the memcached at `server`. */
export function appModule(server: string): DynamicModule {
  const logger = new Logger('Cache');
  const store = memcachedStore(server, {
    namespace: 'shop',
    onError: (error) => logger.warn(error.message),
  });
  return {
    module: AppModule,
    imports: [CacheModule.register({ isGlobal: true, stores: [store], ttl: 60_000 })],
    controllers: [ProductsController],
    providers: [ProductsService],
  };
}
