import { memcachedStore } from '@mc/adapter-cache-manager';
import { CacheModule } from '@nestjs/cache-manager';
import type { DynamicModule } from '@nestjs/common';

export const cacheModule: DynamicModule = CacheModule.register({
  stores: [memcachedStore('localhost:11211')],
  ttl: 60_000,
});

export const later: DynamicModule = CacheModule.registerAsync({
  useFactory: () => ({ stores: [memcachedStore('localhost:11211')], ttl: 60_000 }),
});

// @ts-expect-error: without cacheable's declarations anything would do for a store
CacheModule.register({ stores: 5 });
