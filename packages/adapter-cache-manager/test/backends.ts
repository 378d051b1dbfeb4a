import { createClient, type Options } from '@mc/memcached';
import { expectsMemcached, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { PATIENT } from '../../../test/patience.js';

/** A memcached for one test file. */
export interface Backend extends AsyncDisposable {
  /** Options of a client on it. */
  readonly options: Pick<Options, 'servers' | 'transport' | 'timeoutMs' | 'connectionTimeoutMs'>;
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
    options: { servers: SERVER, transport, ...PATIENT },
    connections: async () => transport.server(SERVER).connections,
    [Symbol.asyncDispose]: async () => {},
  };
}

async function real(): Promise<Backend> {
  const server = await startMemcached();
  const observer = createClient({ servers: server.address, ...PATIENT });
  return {
    options: { servers: server.address, ...PATIENT },
    connections: async () => {
      const [stats] = (await observer.stats('conns')).values();
      const states = [...(stats ?? [])].filter(([name]) => name.endsWith(':state')).map(([, state]) => state);
      // One of them is the observer's.
      return states.filter((state) => state !== 'conn_listening').length - 1;
    },
    [Symbol.asyncDispose]: async () => {
      await observer.close();
      await server.stop();
    },
  };
}
