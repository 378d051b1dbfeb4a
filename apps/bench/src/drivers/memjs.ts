import { createRequire } from 'node:module';
import type { Driver } from '../driver.js';

interface Memjs {
  Client: { create(servers: string, options: object): MemjsClient };
}

interface MemjsClient {
  get(key: string): Promise<{ value: unknown }>;
  set(key: string, value: string, options: object): Promise<boolean>;
  close(): void;
}

const SECONDS_BEFORE_RETRY = 5;

/** Its values come as buffers; its own serializer option makes them text, as with the others. */
const textSerializer = {
  serialize: (_opcode: number, value: unknown, extras: unknown): object => ({ value, extras }),
  deserialize: (_opcode: number, value: Buffer, extras: unknown): object => ({
    value: value.toString(),
    extras,
  }),
};

/** memjs, binary protocol, one connection a server; it has no call for many keys. */
export async function open(servers: readonly string[]): Promise<Driver> {
  const memjs = createRequire(import.meta.url)('memjs') as Memjs;
  const options = { serializer: textSerializer, timeout: SECONDS_BEFORE_RETRY };
  const client = memjs.Client.create(servers.join(','), options);
  await client.get('not-there');
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value, {}),
    textOf: (reply) => (reply as { value: unknown }).value,
    isStored: (reply) => reply === true,
    close: async () => client.close(),
  };
}
