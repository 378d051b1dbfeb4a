import { createRequire } from 'node:module';
import type { Driver } from '../driver.js';

type Callback = (error: unknown, reply: unknown) => void;

interface Memcached {
  get(key: string, done: Callback): void;
  set(key: string, value: string, lifetime: number, done: Callback): void;
  getMulti(keys: readonly string[], done: Callback): void;
  end(): void;
}

/** Its connections close after 5 idle seconds by default, which is less than the pause between two rounds. */
const IDLE_MILLISECONDS = 600_000;

/** memcached (3rd-Eden) with its pool of up to ten connections; callbacks are turned into promises. */
export async function open(servers: readonly string[]): Promise<Driver> {
  const Client = createRequire(import.meta.url)('memcached') as new (
    list: string[],
    options: object,
  ) => Memcached;
  const client = new Client([...servers], { idle: IDLE_MILLISECONDS });
  const get = (key: string): Promise<unknown> =>
    new Promise((resolve, reject) =>
      client.get(key, (error, reply) => (error ? reject(error) : resolve(reply))),
    );
  await get('not-there');
  return {
    get,
    set: (key, value) =>
      new Promise((resolve, reject) =>
        client.set(key, value, 0, (error, reply) => (error ? reject(error) : resolve(reply))),
      ),
    getMulti: (keys) =>
      new Promise((resolve, reject) =>
        client.getMulti(keys, (error, reply) => (error ? reject(error) : resolve(reply))),
      ),
    textOf: (reply) => reply,
    textIn: (reply, key) => (reply as Record<string, unknown>)[key],
    isStored: (reply) => reply === true,
    close: async () => client.end(),
  };
}
