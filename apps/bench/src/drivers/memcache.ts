import { createRequire } from 'node:module';
import type { Driver } from '../driver.js';

interface MemcacheModule {
  Memcache: new (options: object) => Memcache;
}

interface Memcache {
  connect(): Promise<void>;
  get(key: string): Promise<unknown>;
  gets(keys: readonly string[]): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  disconnect(): Promise<void>;
}

/** Its connections close after 5 idle seconds by default, and gets on them then find nothing. */
const TIMEOUT_MILLISECONDS = 600_000;

/** memcache (jaredwray), one connection a server, opened first: many first calls at once would open one each. */
export async function open(servers: readonly string[]): Promise<Driver> {
  const { Memcache } = createRequire(import.meta.url)('memcache') as MemcacheModule;
  const client = new Memcache({ nodes: [...servers], timeout: TIMEOUT_MILLISECONDS });
  await client.connect();
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    getMulti: (keys) => client.gets(keys),
    textOf: (reply) => reply,
    textIn: (reply, key) => (reply as Map<string, unknown>).get(key),
    isStored: (reply) => reply === true,
    close: () => client.disconnect(),
  };
}
