import { createClient, type MemcachedClient } from '@mc/memcached';

export async function readBack(server: string): Promise<number | undefined> {
  const cache: MemcachedClient = createClient(server);
  const stored: boolean = await cache.set('key', { answer: 42 }, { ttl: 60 });
  const found = await cache.get<{ answer: number }>('key');
  await cache.close();
  return stored ? found?.answer : undefined;
}
