import { createClient, type Options } from '@mc/memcached';
import { expectsMemcached, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';

/** A memcached for one test file. */
export interface Backend extends AsyncDisposable {
  /** Options of a client on it. */
  readonly options: Pick<Options, 'servers' | 'transport'>;
  /** Connections that are open now. */
  connections(): Promise<number>;
}

/** The servers that the tests run on, by name. */
export const BACKENDS: Readonly<Record<string, () => Promise<Backend>>> = {
  'the embedded server': embedded,
  ...(expectsMemcached() && { 'a real memcached': real }),
};

const SERVER = 'localhost:11211';

async function embedded(): Promise<Backend> {
  const transport = memoryTransport();
  return {
    options: { servers: SERVER, transport },
    connections: async () => transport.server(SERVER).connections,
    [Symbol.asyncDispose]: async () => {},
  };
}

async function real(): Promise<Backend> {
  const server = await startMemcached();
  const observer = createClient(server.address);
  const count = async () => {
    const [stats] = (await observer.stats()).values();
    return Number(stats?.get('curr_connections'));
  };
  const before = await count();
  return {
    options: { servers: server.address },
    connections: async () => (await count()) - before,
    [Symbol.asyncDispose]: async () => {
      await observer.close();
      await server.stop();
    },
  };
}
