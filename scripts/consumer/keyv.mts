import { createKeyv, memcachedStore } from '@mc/adapter-keyv';
import { Keyv } from 'keyv';

export const plain: Keyv = new Keyv({ store: memcachedStore('localhost:11211'), namespace: 'consumer' });
export const made: Keyv = createKeyv({ servers: 'localhost:11211', timeoutMs: 250 }, { ttl: 60_000 });

export async function readBack(keyv: Keyv): Promise<number | undefined> {
  const stored: boolean = await keyv.set('key', { answer: 42 }, 60_000);
  const found = await keyv.get<{ answer: number }>('key');
  return stored ? found?.answer : undefined;
}
