import { createClient, type MemcachedClient } from '@mc/memcached';
import {
  expectsMemcached,
  faultyTransport,
  healthyScript,
  scriptedServer,
  startMemcached,
  valueFor,
} from '@mc/testing';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it } from 'vitest';

/** A deadline of its own for each call: the one of a client that is made of a name alone is half a second. */
const PATIENT = { timeoutMs: 20_000 };

async function servedBy(client: MemcachedClient): Promise<string[]> {
  await using used = client;
  return [...(await used.version(PATIENT)).keys()];
}

describe('createClient', () => {
  it('takes a server as text, as a list, as an object, as a URI, as options', async () => {
    await using server = await scriptedServer(healthyScript);
    const { name, address } = server;
    const forms = [
      createClient(name),
      createClient(`${name}:2`),
      createClient([name]),
      createClient(address),
      createClient([address]),
      createClient(`memcached://${name}`),
      createClient(`memcached://${name}?weight=3`),
      createClient({ servers: name }),
      createClient({ servers: [{ ...address, weight: 2 }], keyPrefix: 'p:' }),
    ];
    for (const client of forms) expect(await servedBy(client)).toStrictEqual([name]);
  });

  it('uses the transport it is given', async () => {
    await using server = await scriptedServer(healthyScript);
    const transport = faultyTransport(tcpTransport());
    await using client = createClient({ servers: server.name, transport });
    expect(await client.get('k', PATIENT)).toBe(valueFor('k'));
    expect(transport.openLinks).toBe(1);
  });

  it('connects to nothing before the first call', async () => {
    await using server = await scriptedServer(healthyScript);
    await using client = createClient(server.name);
    expect(client.serverFor('k').name).toBe(server.name);
    expect(client.hash('k')).toBeGreaterThanOrEqual(0);
    expect(server.connections.length).toBe(0);
    await client.get('k', PATIENT);
    expect(server.connections.length).toBe(1);
  });

  it('knows a server by what was written: host, port, weight', () => {
    const describeServer = (server: string) => {
      const { name, host, port, path, weight } = createClient(server).serverFor('k');
      return { name, host, port, path, weight };
    };
    expect(describeServer('localhost')).toStrictEqual({
      name: 'localhost:11211',
      host: 'localhost',
      port: 11211,
      path: undefined,
      weight: 1,
    });
    expect(describeServer('Cache.Example.org:11300:5')).toMatchObject({
      name: 'Cache.Example.org:11300',
      weight: 5,
    });
    expect(describeServer('[::1]:11300')).toMatchObject({ name: '[::1]:11300', host: '::1', port: 11300 });
    expect(describeServer('[::1]')).toMatchObject({ name: '[::1]:11211', host: '::1' });
    expect(describeServer('/run/memcached.sock')).toMatchObject({
      name: '/run/memcached.sock',
      path: '/run/memcached.sock',
    });
  });

  it('refuses a TLS address and credentials rather than connecting without them', () => {
    for (const server of [
      'memcacheds://host',
      'memcached://user:pass@host',
      'memcacheds://user:pass@host:11212',
    ]) {
      expect(() => createClient(server)).toThrow(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
      expect(() => createClient(server)).not.toThrow('pass');
    }
  });
});

if (expectsMemcached()) {
  describe('createClient on a real memcached', () => {
    it('reaches it over IPv4, IPv6, a unix socket and by name', async () => {
      await using four = await startMemcached();
      await using six = await startMemcached({ host: '::1' });
      await using unix = await startMemcached({ unixSocket: true });
      for (const name of [four.name, six.name, unix.name, `localhost:${four.port}`]) {
        await using client = createClient(name);
        expect(await client.set('k', { name }, PATIENT)).toBe(true);
        expect(await client.get('k', PATIENT)).toStrictEqual({ name });
      }
    });

    it('spreads keys over several', async () => {
      await using one = await startMemcached();
      await using two = await startMemcached();
      await using client = createClient([one.name, `${two.name}:3`]);
      const entries = Array.from({ length: 100 }, (_, index) => [`key-${index}`, index] as const);
      expect(await client.setMulti(entries, PATIENT)).toStrictEqual([]);
      const keys = entries.map(([key]) => key);
      expect(await client.getMulti(keys, PATIENT)).toStrictEqual(new Map(entries));
      const items = [...(await client.stats(undefined, PATIENT)).values()].map((stats) =>
        Number(stats.get('curr_items')),
      );
      expect(items.every((count) => count > 0)).toBe(true);
      expect(items.reduce((sum, count) => sum + count, 0)).toBe(100);
    });
  });
}
