import { createClient } from '@mc/memcached';
import type { Driver } from '../driver.js';

/** `@mc/memcached` with its defaults. */
export async function open(servers: readonly string[]): Promise<Driver> {
  const client = createClient([...servers]);
  await client.version();
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    getMulti: (keys) => client.getMulti(keys),
    textOf: (reply) => reply,
    textIn: (reply, key) => (reply as Map<string, unknown>).get(key),
    isStored: (reply) => reply === true,
    close: () => client.close(),
  };
}
