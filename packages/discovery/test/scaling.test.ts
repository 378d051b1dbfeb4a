import { createClient, type MemcachedClient, type ServerAddress, type Transport } from '@mc/core';
import { clusterDiscovery } from '@mc/discovery';
import { expectsMemcached, type MemcachedServer, scriptedServer, startMemcached } from '@mc/testing';
import { type ClusterNode, memoryTransport } from '@mc/transport-memory';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it, onTestFinished } from 'vitest';

const WORKERS = 64;
const KEYS = Array.from({ length: 500 }, (_, at) => `key-${at}`);
/** For a busy machine: the calls of a phase take a tenth of a second otherwise. */
const LIMIT_MS = 200_000;
const INTERVAL_MS = 20;
/** Calls between two changes, so that each list is in use for a while. */
const CALLS_A_PHASE = 3000;

interface Load {
  readonly calls: () => number;
  /** Codes of the failures by the server that held the key when the call was made. */
  readonly failures: ReadonlyMap<string, unknown[]>;
  /** Ends the load and waits for its last calls. */
  stop(): Promise<void>;
}

/** Sets and gets by many at once. A value that is not its key's is a failure too. */
function startLoad(client: MemcachedClient): Load {
  const failures = new Map<string, unknown[]>();
  let calls = 0;
  let isStopped = false;
  const fail = (server: string, what: unknown): void => {
    failures.set(server, [...(failures.get(server) ?? []), what]);
  };
  const work = async (worker: number): Promise<void> => {
    for (let round = worker; !isStopped; round += WORKERS) {
      const key = KEYS[round % KEYS.length] as string;
      const server = client.serverFor(key).name;
      try {
        if (round % 4 === 0) await client.set(key, `value of ${key}`);
        const value = await client.get(key);
        if (value !== undefined && value !== `value of ${key}`) fail(server, value);
      } catch (error) {
        fail(server, (error as { code?: unknown }).code ?? error);
      }
      calls += 1;
    }
  };
  const workers = Array.from({ length: WORKERS }, (_, worker) => work(worker));
  return {
    calls: () => calls,
    failures,
    stop: async () => {
      isStopped = true;
      await Promise.all(workers);
    },
  };
}

async function moreCalls(load: Load): Promise<void> {
  const target = load.calls() + CALLS_A_PHASE;
  await expect.poll(load.calls, { timeout: 60_000, interval: 5 }).toBeGreaterThan(target);
}

function open(endpoint: string, transport: Transport): MemcachedClient {
  const servers = clusterDiscovery(endpoint, { transport, intervalMs: INTERVAL_MS });
  const client = createClient({ servers, transport, timeoutMs: 30_000, connectionTimeoutMs: 30_000 });
  onTestFinished(() => client.close());
  return client;
}

async function untilServers(client: MemcachedClient, names: readonly string[]): Promise<void> {
  const current = () => client.servers().map(({ name }) => name);
  await expect.poll(current, { timeout: 60_000, interval: 5 }).toStrictEqual(names);
}

function addressOf({ address }: MemcachedServer): ClusterNode {
  const { host = '', port = 0 } = address as ServerAddress;
  return { host, port };
}

describe('a cluster that is scaled from 3 to 5 to 2 servers under load', () => {
  it('costs no call, embedded', { timeout: LIMIT_MS }, async () => {
    const nodes = ['one', 'two', 'three', 'four', 'five'].map((host) => ({ host }));
    const names = nodes.map(({ host }) => `${host}:11211`);
    const transport = memoryTransport({ cluster: { version: 1, nodes: nodes.slice(0, 3) } });
    const client = open('endpoint', transport);
    await client.get('k');
    const load = startLoad(client);
    await moreCalls(load);
    transport.setCluster({ version: 2, nodes });
    await untilServers(client, names);
    await moreCalls(load);
    transport.setCluster({ version: 3, nodes: nodes.slice(1, 3) });
    await untilServers(client, names.slice(1, 3));
    await moreCalls(load);
    await load.stop();
    expect(load.failures).toStrictEqual(new Map());
    const connections = names.map((name) => transport.server(name).connections);
    expect(connections).toStrictEqual([0, 1, 1, 0, 0]);
    expect(transport.server('four:11211').items + transport.server('five:11211').items).toBeGreaterThan(0);
  });

  if (!expectsMemcached()) return;

  it('costs no call on the servers that stay, though those that go are killed', {
    timeout: LIMIT_MS,
  }, async () => {
    const servers = await Promise.all(Array.from({ length: 5 }, () => startMemcached()));
    onTestFinished(async () => void (await Promise.all(servers.map((server) => server.stop()))));
    const names = servers.map(({ name }) => name);
    let list = '';
    const tell = (version: number, members: readonly MemcachedServer[]): void => {
      const nodes = members.map(addressOf).map(({ host, port }) => `${host}|${host}|${port}`);
      list = `${version}\n${nodes.join(' ')}\n`;
    };
    const endpoint = await scriptedServer(async (connection) => {
      await connection.request();
      await connection.reply(`CONFIG cluster 0 ${list.length}\r\n${list}\r\nEND\r\n`);
    });
    onTestFinished(() => endpoint.close());
    tell(1, servers.slice(0, 3));
    const client = open(endpoint.name, tcpTransport());
    await client.get('k');
    const disconnected: string[] = [];
    client.on('disconnect', ({ server }) => disconnected.push(server));
    const load = startLoad(client);
    await moreCalls(load);
    tell(2, servers);
    await untilServers(client, names);
    await moreCalls(load);
    tell(3, servers.slice(1, 3));
    await untilServers(client, names.slice(1, 3));
    await Promise.all([servers[0], servers[3], servers[4]].map((server) => server?.kill()));
    await moreCalls(load);
    await load.stop();
    expect(names.slice(1, 3).map((name) => load.failures.get(name))).toStrictEqual([undefined, undefined]);
    expect(disconnected.filter((name) => names.slice(1, 3).includes(name))).toStrictEqual([]);
  });
});
