import { readFileSync } from 'node:fs';
import {
  type ClientEvents,
  type ClientOptions,
  type Distribution,
  jumpHash,
  ketama,
  type MemcachedClient,
  modula,
  random,
  rendezvous,
  virtualBucket,
} from '@mc/core';
import { expectsMemcached, faultyTransport } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { keyOn, keysOn } from './fleet-keys.js';
import { someTurns, watchUncaught } from './hostile-uncaught.js';
import { openClient, outcome, startReal } from './open-client.js';

/** One failure ejects, and nothing comes back by itself. */
const AT_ONCE: Partial<ClientOptions> = { eject: true, failureLimit: 1, retryTimeoutMs: 60_000 };

type StateEvent = 'down' | 'up' | 'eject' | 'rejoin' | 'servers';

/** What the client tells of its servers' states, in order. */
function watchStates(client: MemcachedClient): string[] {
  const seen: string[] = [];
  const note = (event: StateEvent) =>
    client.on(event, (detail: ClientEvents[StateEvent]) => {
      seen.push('server' in detail ? `${event} ${detail.server}` : event);
    });
  for (const event of ['down', 'up', 'eject', 'rejoin', 'servers'] as const) note(event);
  return seen;
}

const ejectedOf = (client: MemcachedClient): string[] =>
  client
    .servers()
    .filter(({ isEjected }) => isEjected)
    .map(({ name }) => name);

interface EjectCase {
  readonly name: string;
  readonly servers: ReadonlyArray<readonly [host: string, port: number, weight: number]>;
  readonly setup: ReadonlyArray<readonly [name: string, value: number]>;
  readonly ejected: readonly number[];
  readonly index_before: readonly number[];
  readonly index_after: readonly number[];
}

describe('ketama-eject.json, by servers of a client that go down', () => {
  const file = new URL('./vectors/ketama-eject.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as { keys_hex: string[]; cases: EjectCase[] };
  const keys = vectors.keys_hex.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

  function openCase(test: EjectCase, servers = test.servers) {
    const weighted = test.setup.some(([name]) => name === 'KETAMA_WEIGHTED');
    const transport = faultyTransport(memoryTransport());
    const addresses = servers.map(([host, port, weight]) => ({ host, port, weight }));
    const client = openClient(addresses, { ...AT_ONCE, transport, distribution: ketama({ weighted }) });
    const names = test.servers.map(([host, port]) => `${host}:${port}`);
    const indexes = (): number[] => keys.map((key) => names.indexOf(client.serverFor(key).name));
    return { client, transport, names, indexes };
  }

  const some = vectors.cases.filter(({ servers, ejected }) => ejected.length < servers.length);
  it('has 16 cases with servers left, and one without', () => {
    expect([some.length, vectors.cases.length]).toStrictEqual([16, 17]);
  });

  for (const test of some) {
    it(`${test.name} without ${test.ejected}`, async () => {
      const { client, transport, names, indexes } = openCase(test);
      expect(indexes()).toStrictEqual(test.index_before);
      const gone = test.ejected.map((index) => names[index] as string);
      for (const name of gone) transport.refuse(name);
      // Touches every server.
      await rejection(client.version(), 'MC_PARTIAL_FAILURE');
      expect(indexes()).toStrictEqual(test.index_after);
      expect(ejectedOf(client)).toStrictEqual(gone);
    });
  }

  it('all at once: the ring is kept as it was', async () => {
    const [test] = vectors.cases.filter(({ servers, ejected }) => ejected.length === servers.length);
    const whole = test as EjectCase;
    const { client, transport, names, indexes } = openCase(whole, [...whole.servers, ['other', 11_211, 1]]);
    for (const name of names) transport.refuse(name);
    await rejection(client.version(), 'MC_PARTIAL_FAILURE');
    expect(ejectedOf(client)).toStrictEqual(names);
    // The only one that is up goes: there are three left, and all are down.
    await client.removeServer('other:11211');
    expect(indexes()).toStrictEqual(whole.index_after);
    expect(whole.index_after).toStrictEqual(whole.index_before);
    expect(ejectedOf(client)).toStrictEqual(names);
    await rejection(client.get('k'), 'MC_SERVER_DOWN');
  });
});

describe('a server that is ejected', () => {
  const HOSTS = ['a', 'b', 'c'].map((host) => `${host}:11211`);
  const KEYS = Array.from({ length: 600 }, (_, at) => `key-${at}`);

  async function openFleet(options: Partial<ClientOptions> = {}) {
    const transport = faultyTransport(memoryTransport());
    const client = openClient(HOSTS as never, { ...AT_ONCE, transport, ...options });
    const placement = () => new Map(KEYS.map((key) => [key, client.serverFor(key).name]));
    const states = watchStates(client);
    await client.version();
    const fail = async (name: string) => {
      transport.refuse(name);
      transport.cut(name);
      await expect.poll(() => client.servers().find((one) => one.name === name)?.state).toBe('idle');
      await rejection(client.version(), 'MC_PARTIAL_FAILURE');
    };
    return { client, transport, placement, states, fail };
  }

  it.each([
    ['ketama, unweighted', ketama({ weighted: false })],
    ['rendezvous', rendezvous()],
    ['ketama', ketama()],
  ])('%s: its keys alone move, and come back with it', async (_name, distribution) => {
    const { client, transport, placement, fail, states } = await openFleet({
      distribution,
      retryTimeoutMs: 20,
    });
    const before = placement();
    await fail('b:11211');
    const without = placement();
    for (const [key, server] of before) {
      if (server !== 'b:11211') expect(without.get(key)).toBe(server);
      else expect(['a:11211', 'c:11211']).toContain(without.get(key));
    }
    const key = [...before].find(([, server]) => server === 'b:11211')?.[0] ?? '';
    expect(await client.set(key, 'elsewhere')).toBe(true);
    transport.accept();
    await expect.poll(() => states.at(-1)).toBe('rejoin b:11211');
    expect(placement()).toStrictEqual(before);
    expect(await client.get(key)).toBeUndefined();
    expect(states).toStrictEqual(['down b:11211', 'eject b:11211', 'up b:11211', 'rejoin b:11211']);
  });

  it('stays ejected, and is not told of again, where the list changes', async () => {
    const { client, fail, states } = await openFleet();
    await fail('b:11211');
    await client.addServer('d:11211');
    await client.setServers(['d:11211', 'c:11211', 'b:11211', 'a:11211']);
    expect(ejectedOf(client)).toStrictEqual(['b:11211']);
    expect(KEYS.map((key) => client.serverFor(key).name)).not.toContain('b:11211');
    await client.removeServer('b:11211');
    await client.addServer('b:11211');
    // It is another one now, of which nothing bad is known.
    expect(ejectedOf(client)).toStrictEqual([]);
    expect(states.filter((state) => state !== 'servers')).toStrictEqual(['down b:11211', 'eject b:11211']);
  });

  it('as the last leaves the ring as it is: its calls fail at once', async () => {
    const { client, placement, fail, states } = await openFleet();
    await fail('a:11211');
    await fail('b:11211');
    expect(new Set(placement().values())).toStrictEqual(new Set(['c:11211']));
    await fail('c:11211');
    expect(new Set(placement().values())).toStrictEqual(new Set(['c:11211']));
    expect(ejectedOf(client)).toStrictEqual(['a:11211', 'b:11211']);
    await rejection(client.get('k'), 'MC_SERVER_DOWN');
    expect(states.at(-1)).toBe('down c:11211');
  });

  it('has not come back where the last one that was up is taken off the list', async () => {
    const { client, transport, placement, fail, states } = await openFleet({ retryTimeoutMs: 20 });
    const before = placement();
    for (const host of HOSTS) await fail(host);
    await client.addServer('d:11211');
    expect(ejectedOf(client)).toStrictEqual(HOSTS);
    await fail('d:11211');
    await client.removeServer('d:11211');
    // There is nothing but the ring of all, and nobody is back.
    expect(placement()).toStrictEqual(before);
    expect(ejectedOf(client)).toStrictEqual(HOSTS);
    await someTurns();
    expect(states.filter((state) => state.startsWith('rejoin'))).toStrictEqual([]);
    transport.accept();
    await expect.poll(() => ejectedOf(client)).toStrictEqual([]);
    const returns = states.filter((state) => state.startsWith('rejoin'));
    expect(returns.sort()).toStrictEqual(HOSTS.map((host) => `rejoin ${host}`));
    expect(placement()).toStrictEqual(before);
  });

  it('by a distribution that cannot do without it stays: its calls fail, and nothing else', async () => {
    const uncaught = watchUncaught();
    const ring = ketama();
    const all: Distribution = {
      ...ring,
      build: (servers, hash) => {
        if (servers.length < HOSTS.length) throw new Error('too few');
        return ring.build(servers, hash);
      },
    };
    const { client, placement, fail, states } = await openFleet({ distribution: all });
    const before = placement();
    await fail('b:11211');
    expect(placement()).toStrictEqual(before);
    await rejection(client.get(keyOn(client, 'b:11211')), 'MC_SERVER_DOWN');
    expect(await client.get(keyOn(client, 'a:11211'))).toBeUndefined();
    await someTurns();
    expect([states, uncaught]).toStrictEqual([['down b:11211'], []]);
  });
});

describe('eject', () => {
  it.each([
    ['modula', modula()],
    ['random', random()],
    ['virtualBucket', virtualBucket()],
    ['jumpHash', jumpHash()],
  ])('is refused with %s: nearly all keys would move', (_name, distribution) => {
    const open = () => openClient(['a', 'b'] as never, { eject: true, distribution });
    expect(open).toThrow(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
  });

  it('and a gutter exclude each other; it is true or false', () => {
    const wrong = expect.objectContaining({ code: 'MC_CONFIGURATION' });
    expect(() => openClient(['a'] as never, { eject: true, gutter: { servers: 'b' } })).toThrow(wrong);
    expect(() => openClient(['a'] as never, { eject: 'yes' as never })).toThrow(wrong);
  });
});

if (expectsMemcached()) {
  describe('a real memcached that dies, with eject', () => {
    it("has its keys on the others until it is back, empty; the others' keys are found all the while", async () => {
      const servers = await Promise.all([startReal(), startReal(), startReal()]);
      const [a, b, c] = servers;
      const client = openClient(
        servers.map(({ address }) => address),
        { eject: true, failureLimit: 2, retryTimeoutMs: 100, distribution: ketama({ weighted: false }) },
      );
      const states = watchStates(client);
      const ofB = keysOn(client, b.name, 20);
      const others = [...keysOn(client, a.name, 20), ...keysOn(client, c.name, 20)];
      await client.setMulti([...ofB, ...others].map((key) => [key, 'v'] as const));
      await b.kill();
      await expect.poll(() => outcome(client.get(ofB[0] ?? '')), { interval: 5 }).toBeUndefined();
      expect(await client.getMulti([...ofB, ...others])).toStrictEqual(
        new Map(others.map((key) => [key, 'v'])),
      );
      expect(await client.setMulti(ofB.map((key) => [key, 'meanwhile'] as const))).toStrictEqual([]);
      expect((await client.getMulti(ofB)).size).toBe(20);
      await b.restart();
      await expect.poll(() => states.at(-1)).toBe(`rejoin ${b.name}`);
      expect(await client.getMulti([...ofB, ...others])).toStrictEqual(
        new Map(others.map((key) => [key, 'v'])),
      );
      expect(states.slice(0, 2)).toStrictEqual([`down ${b.name}`, `eject ${b.name}`]);
    });
  });
}
