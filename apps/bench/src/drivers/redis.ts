import { createRequire } from 'node:module';
import type { Driver } from '../driver.js';

interface NodeRedis {
  createClient(options: object): NodeRedisClient;
}

interface NodeRedisClient {
  connect(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  mGet(keys: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** node-redis; it pipelines the calls of one tick by itself. */
export async function open(servers: readonly string[]): Promise<Driver> {
  const { createClient } = createRequire(import.meta.url)('redis') as NodeRedis;
  const client = createClient({ url: `redis://${servers[0]}` });
  client.on('error', (error) => process.stderr.write(`redis: ${error.message}\n`));
  await client.connect();
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    getMulti: (keys) => client.mGet(keys),
    textOf: (reply) => reply,
    textIn: (reply, _key, index) => (reply as readonly unknown[])[index],
    isStored: (reply) => reply === 'OK',
    close: () => client.close(),
  };
}
