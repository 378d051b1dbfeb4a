import { createRequire } from 'node:module';
import type { Driver } from '../driver.js';

interface MemcacheClientModule {
  MemcacheClient: new (options: object) => MemcacheClient;
}

interface MemcacheClient {
  get(key: string | readonly string[]): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  shutdown(): void;
}

interface Retrieved {
  readonly value: unknown;
}

/** Without it every value lives for 60 seconds, less than a workload takes. */
const LIFETIME_SECONDS = 86_400;

/** memcache-client (electrode-io), one connection. */
export async function open(servers: readonly string[]): Promise<Driver> {
  const { MemcacheClient } = createRequire(import.meta.url)('memcache-client') as MemcacheClientModule;
  const client = new MemcacheClient({ server: servers[0], lifetime: LIFETIME_SECONDS });
  await client.get('not-there');
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    getMulti: (keys) => client.get(keys),
    textOf: (reply) => (reply as Retrieved | undefined)?.value,
    textIn: (reply, key) => (reply as Record<string, Retrieved>)[key]?.value,
    isStored: (reply) => Array.isArray(reply) && reply[0] === 'STORED',
    close: async () => client.shutdown(),
  };
}
