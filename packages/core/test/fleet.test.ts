import {
  type ClientEvents,
  createClient,
  type Distribution,
  ketama,
  type MemcachedClient,
  modula,
  type ServerInput,
} from '@mc/core';
import { expectsMemcached, healthyScript, type MemcachedServer, valueFor } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it } from 'vitest';
import { keyOn, namesOf } from './fleet-keys.js';
import { openClient, startReal, startScripted } from './open-client.js';

const start = () => startScripted(healthyScript);

/** Every change of the list that the client tells of. */
function watchList(client: MemcachedClient): ClientEvents['servers'][] {
  const seen: ClientEvents['servers'][] = [];
  client.on('servers', (detail) => seen.push(detail));
  return seen;
}

if (expectsMemcached()) {
  describe('a list that changes', () => {
    const connectionsOf = async (client: MemcachedClient, { name }: MemcachedServer) =>
      Number((await client.stats()).get(name)?.get('total_connections'));

    it('leaves the servers that stay their one connection and their items', async () => {
      const [a, b, c] = await Promise.all([startReal(), startReal(), startReal()]);
      const client = openClient([a.address, b.address]);
      const events = watchList(client);
      const entries = Array.from({ length: 200 }, (_, at) => [`key-${at}`, at] as const);
      const countFound = async () => (await client.getMulti(entries.map(([key]) => key))).size;
      await client.setMulti(entries);
      const before = [await connectionsOf(client, a), await connectionsOf(client, b)];

      await client.addServer(c.address);
      expect(namesOf(client)).toStrictEqual([a.name, b.name, c.name]);
      expect(await countFound()).toBeLessThan(200);
      await client.setMulti(entries);
      await client.setServers([c.address, b.address, a.address]);
      expect(namesOf(client)).toStrictEqual([c.name, b.name, a.name]);
      expect(await countFound()).toBe(200);
      expect(await client.removeServer(c.address)).toBe(true);
      expect(await countFound()).toBe(200);

      expect([await connectionsOf(client, a), await connectionsOf(client, b)]).toStrictEqual(before);
      expect(events).toStrictEqual([
        { added: [c.name], removed: [] },
        { added: [], removed: [] },
        { added: [], removed: [c.name] },
      ]);
    });

    it('also where only a weight changes: keys move, and no connection', async () => {
      const [a, b] = await Promise.all([startReal(), startReal()]);
      const client = openClient([a.address, b.address]);
      const before = await connectionsOf(client, a);
      const events = watchList(client);
      const keys = Array.from({ length: 1000 }, (_, at) => `key-${at}`);
      const countOnA = () => keys.filter((key) => client.serverFor(key).name === a.name).length;
      expect(countOnA()).toBeLessThan(700);
      await client.setServers([{ ...a.address, weight: 9 }, b.address]);
      expect(countOnA()).toBeGreaterThan(750);
      expect(client.servers()[0]).toMatchObject({ name: a.name, weight: 9, state: 'connected' });
      expect(await connectionsOf(client, a)).toBe(before);
      expect(events).toStrictEqual([{ added: [], removed: [] }]);
    });

    it('closes the connection of one that goes, and its keys go to the others', async () => {
      const [a, b] = await Promise.all([startReal(), startReal()]);
      const client = openClient([a.address, b.address]);
      const key = keyOn(client, b.name);
      await client.set(key, 'on b');
      const ended: ClientEvents['disconnect'][] = [];
      client.on('disconnect', (detail) => ended.push(detail));
      expect(await client.removeServer({ ...b.address, weight: 7 })).toBe(true);
      expect(client.serverFor(key).name).toBe(a.name);
      expect(await client.get(key)).toBeUndefined();
      expect([...(await client.version()).keys()]).toStrictEqual([a.name]);
      expect(ended).toStrictEqual([{ server: b.name, error: undefined }]);
      expect(await client.removeServer(b.name)).toBe(false);
      await client.addServer(b.name);
      expect(await client.get(key)).toBe('on b');
    });
  });
}

describe('the list of servers', () => {
  it('that is given again is no change', async () => {
    const [a, b] = await Promise.all([start(), start()]);
    let built = 0;
    const ring = ketama();
    const distribution: Distribution = {
      ...ring,
      build: (servers, hash) => {
        built += 1;
        return ring.build(servers, hash);
      },
    };
    const client = openClient([a.address, b.address], { distribution });
    const events = watchList(client);
    await client.setServers([a.name, b.name]);
    await client.setServers(namesOf(client));
    await client.version();
    expect([built, events]).toStrictEqual([1, []]);
  });

  it('is sorted again where hosts are sorted', async () => {
    const client = openClient([{ host: 'b' }, { host: 'd' }], { sortHosts: true, distribution: modula() });
    await client.addServer('c');
    await client.addServer('a');
    expect(namesOf(client)).toStrictEqual(['a:11211', 'b:11211', 'c:11211', 'd:11211']);
  });

  it('belongs to a client and all its views', async () => {
    const [a, b] = await Promise.all([start(), start()]);
    const client = openClient(a.address);
    const view = client.with({ keyPrefix: 'view:' });
    const events = watchList(view);
    await view.addServer(b.address);
    expect(namesOf(client)).toStrictEqual([a.name, b.name]);
    expect(await client.get(keyOn(client, b.name))).toBe(valueFor(keyOn(client, b.name)));
    expect(await client.removeServer(a.name)).toBe(true);
    expect(namesOf(view)).toStrictEqual([b.name]);
    expect(events.length).toBe(2);
    await view.close();
    await rejection(view.addServer(a.address), 'MC_CLOSED');
    await rejection(view.removeServer(b.name), 'MC_CLOSED');
    await client.addServer(a.address);
    expect(namesOf(client)).toStrictEqual([b.name, a.name]);
  });

  it('changes no more when the client is closed, not through a view either', async () => {
    const [a, b] = await Promise.all([start(), start()]);
    const client = openClient(a.address);
    const view = client.with({});
    await client.close();
    for (const one of [client, view]) {
      await rejection(one.addServer(b.address), 'MC_CLOSED');
      await rejection(one.setServers(b.address), 'MC_CLOSED');
      await rejection(one.get('k'), 'MC_CLOSED');
    }
    expect(b.connections.length).toBe(0);
  });

  it('of a clone is the one of that moment, with connections of its own', async () => {
    const [a, b] = await Promise.all([start(), start()]);
    const client = openClient([a.address, { path: '/no/such/socket' }]);
    await client.setServers([{ ...a.address, weight: 3 }, b.address, { path: '/a/socket', weight: 2 }]);
    const copy = client.clone();
    const listOf = (one: MemcachedClient) => one.servers().map(({ name, weight }) => [name, weight]);
    expect(listOf(copy)).toStrictEqual(listOf(client));
    await client.setServers(a.address);
    expect(namesOf(copy)).toStrictEqual([a.name, b.name, '/a/socket']);
    const key = keyOn(copy, b.name);
    expect(await copy.get(key)).toBe(valueFor(key));
    await copy.close();
    expect(await client.get(key)).toBe(valueFor(key));
  });
});

describe('a list that is refused changes nothing', () => {
  const WRONG: Readonly<Record<string, ServerInput>> = {
    'weight 0': 'host:11211:0',
    'weight -1': { host: 'host', weight: -1 },
    'weight 1.5': { host: 'host', weight: 1.5 },
    'weight NaN': { host: 'host', weight: Number.NaN },
    'port 70000': 'host:70000',
    'port 0': { host: 'host', port: 0 },
    'port 1.5': { host: 'host', port: 1.5 },
    'a bare IPv6 address': '::1',
    'an empty text': '',
    'a number': 5 as never,
    nothing: undefined as never,
    'a list in a list': ['host'] as never,
    'both a path and a host': { host: 'host', path: '/x' },
    TLS: 'memcacheds://host',
  };

  async function openWatched(distribution: Distribution = ketama()) {
    const [a, b] = await Promise.all([start(), start()]);
    const client = openClient([a.address, b.address], { distribution });
    await client.version();
    const before = client.servers();
    const events = watchList(client);
    const expectUnchanged = async (): Promise<void> => {
      expect(client.servers()).toStrictEqual(before);
      await client.version();
      expect(events).toStrictEqual([]);
      expect([a.connections.length, b.connections.length]).toStrictEqual([1, 1]);
    };
    return { client, a, b, expectUnchanged };
  }

  for (const [name, input] of Object.entries(WRONG)) {
    it(`for ${name}`, async () => {
      const { client, a, expectUnchanged } = await openWatched();
      await rejection(client.addServer(input), 'MC_CONFIGURATION');
      await rejection(client.setServers([a.address, input]), 'MC_CONFIGURATION');
      await rejection(client.removeServer(input), 'MC_CONFIGURATION');
      const transport = tcpTransport();
      const wrong = expect.objectContaining({ code: 'MC_CONFIGURATION' });
      expect(() => createClient({ servers: [a.address, input], transport })).toThrow(wrong);
      await expectUnchanged();
    });
  }

  it('for a server that is there, or is named twice', async () => {
    const { client, a, b, expectUnchanged } = await openWatched();
    await rejection(client.addServer(a.name), 'MC_CONFIGURATION');
    await rejection(client.addServer({ ...b.address, weight: 2 }), 'MC_CONFIGURATION');
    await rejection(client.setServers([a.name, b.name, a.name]), 'MC_CONFIGURATION');
    await rejection(client.setServers(['host', 'host:11211']), 'MC_CONFIGURATION');
    await expectUnchanged();
  });

  it('for an empty one, or the last server removed', async () => {
    const { client, a, b, expectUnchanged } = await openWatched();
    await rejection(client.setServers([]), 'MC_CONFIGURATION');
    await expectUnchanged();
    expect(await Promise.all([client.removeServer(a.name), client.removeServer('other')])).toStrictEqual([
      true,
      false,
    ]);
    await rejection(client.removeServer(b.name), 'MC_CONFIGURATION');
    expect(await client.get('k')).toBe(valueFor('k'));
  });

  it('for what the distribution cannot place', async () => {
    const ring = ketama();
    const few: Distribution = {
      ...ring,
      build: (servers, hash) => {
        if (servers.length > 2) throw new Error('too many');
        return ring.build(servers, hash);
      },
    };
    const { client, expectUnchanged } = await openWatched(few);
    const error = await rejection(client.addServer('other'), 'MC_CONFIGURATION');
    expect(error.cause).toStrictEqual(new Error('too many'));
    await expectUnchanged();
  });
});
