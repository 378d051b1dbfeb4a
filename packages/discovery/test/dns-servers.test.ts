import { createClient, type MemcachedClient } from '@mc/core';
import { type DnsDiscoveryOptions, type DnsResolver, dnsDiscovery } from '@mc/discovery';
import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PATIENT } from '../../../test/patience.js';
import { a, srv, startDns, type WireRecord } from './dns-server.js';

const NAME = 'cache.example.com';
const KEYS = Array.from({ length: 60 }, (_, at) => `key-${at}`);

async function start(host: string, port?: number): Promise<MemcachedServer> {
  const server = await startMemcached({ host, args: port === undefined ? [] : ['-p', String(port)] });
  onTestFinished(() => server.stop());
  return server;
}

function open(options: DnsDiscoveryOptions): MemcachedClient {
  const servers = dnsDiscovery(NAME, { intervalMs: 10, timeoutMs: 10_000, ...options });
  const client = createClient({ servers, transport: tcpTransport(), ...PATIENT });
  onTestFinished(() => client.close());
  return client;
}

function namesOf(client: MemcachedClient): string[] {
  return client.servers().map(({ name }) => name);
}

/** Stores under every key and reads all of them back. */
async function useAll(client: MemcachedClient): Promise<void> {
  const entries = new Map(KEYS.map((key) => [key, `value of ${key}`]));
  expect(await client.setMulti(entries)).toStrictEqual([]);
  expect(await client.getMulti(KEYS)).toStrictEqual(entries);
}

async function itemsOf(client: MemcachedClient): Promise<Map<string, number>> {
  const stats = await client.stats();
  return new Map([...stats].map(([name, rows]) => [name, Number(rows.get('curr_items'))]));
}

// Without a memcached there is nothing to find, and the run's end says so.
if (expectsMemcached()) {
  describe('servers that are found in DNS', { timeout: 90_000 }, () => {
    it('are used by address, with a resolver that is given', async () => {
      const first = await start('127.0.0.1');
      const servers = [first, await start('127.0.0.2', first.port), await start('127.0.0.3', first.port)];
      let addresses = ['127.0.0.3', '127.0.0.1'];
      const resolver: DnsResolver = {
        resolve4: async (name) => (name === NAME ? addresses : []),
        resolve6: async () => [],
        resolveSrv: async () => [],
      };
      const client = open({ resolver, port: first.port });
      await useAll(client);
      expect(namesOf(client)).toStrictEqual([servers[0]?.name, servers[2]?.name]);
      addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.1'];
      await expect.poll(() => namesOf(client)).toStrictEqual(servers.map(({ name }) => name));
      await useAll(client);
      expect([...(await itemsOf(client)).values()].every((items) => items > 0)).toBe(true);
    });

    it('are used by host, port and weight, and kept while the name is gone', async () => {
      const servers = [await start('127.0.0.1'), await start('127.0.0.1'), await start('127.0.0.1')].sort(
        (one, other) => one.port - other.port,
      );
      const [one, two, three] = servers.map(({ port }) => port) as [number, number, number];
      let records: readonly WireRecord[] = [
        srv(0, 30, two, 'localhost'),
        srv(0, 10, one, 'localhost'),
        srv(9, 10, three, 'localhost'),
      ];
      const dns = await startDns(({ type }) => (type === 33 ? records : [a('127.0.0.1')]));
      const client = open({ record: 'SRV', nameServers: [dns.address] });
      const failures: unknown[] = [];
      client.on('discoveryFailed', ({ error }) => failures.push(error));
      await useAll(client);
      expect(client.servers().map(({ name, weight }) => [name, weight])).toStrictEqual([
        [`localhost:${one}`, 1],
        [`localhost:${two}`, 3],
      ]);
      dns.answer = () => 'no such name';
      await expect.poll(() => failures.length).toBeGreaterThan(2);
      expect(failures[0]).toMatchObject({ code: 'MC_CONNECT_FAILED' });
      await useAll(client);
      records = [srv(0, 1, three, 'localhost')];
      dns.answer = () => records;
      await expect.poll(() => namesOf(client)).toStrictEqual([`localhost:${three}`]);
      await useAll(client);
    });
  });
}
