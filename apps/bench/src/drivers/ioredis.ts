import { createRequire } from 'node:module';
import type { Driver } from '../driver.js';

interface Ioredis {
  Redis: new (port: number, host: string, options: object) => IoredisClient;
}

interface IoredisClient {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  mget(keys: readonly string[]): Promise<unknown>;
  ping(): Promise<unknown>;
  disconnect(): void;
}

/** ioredis with automatic pipelining, its own answer to many calls in one tick. */
export async function open(servers: readonly string[]): Promise<Driver> {
  const { Redis } = createRequire(import.meta.url)('ioredis') as Ioredis;
  const address = new URL(`tcp://${servers[0]}`);
  const client = new Redis(Number(address.port), address.hostname, { enableAutoPipelining: true });
  await client.ping();
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    getMulti: (keys) => client.mget(keys),
    textOf: (reply) => reply,
    textIn: (reply, _key, index) => (reply as readonly unknown[])[index],
    isStored: (reply) => reply === 'OK',
    close: async () => client.disconnect(),
  };
}
