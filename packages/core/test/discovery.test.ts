import { type DiscoveredServers, type Distribution, ketama } from '@mc/core';
import { faultyTransport } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { failuresOf, looked, namesOf, openOn, type ScriptedDiscovery, scripted } from './discovery-list.js';

const ONE = ['one:1', 'two:1', 'three:1'];

/** A promise and what resolves it. */
function deferred(): { promise: Promise<DiscoveredServers>; resolve: (found: DiscoveredServers) => void } {
  let resolve: (found: DiscoveredServers) => void = () => {};
  const promise = new Promise<DiscoveredServers>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('calls made before the first list has come', () => {
  it('wait for it, and are carried out in their order', async () => {
    const first = deferred();
    const client = openOn(scripted([() => first.promise]));
    const settled: string[] = [];
    const calls = {
      miss: client.get('k'),
      set: client.set('k', 'a'),
      append: client.append('k', 'b'),
      get: client.get('k'),
      delete: client.delete('k'),
      gone: client.get('k'),
      counter: client.set('n', 1),
      incr: client.incr('n', 4),
      all: client.setMulti({ x: 1, y: 2 }),
      found: client.getMulti(['x', 'y', 'z', 'n']),
      version: client.version(),
      flushed: client.flushAll(),
      after: client.getMulti(['x', 'y', 'z', 'n']),
    };
    for (const [name, call] of Object.entries(calls)) void call.then(() => settled.push(name));
    expect(client.servers()).toStrictEqual([]);
    expect(() => client.serverFor('k')).toThrowError(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(settled).toStrictEqual([]);
    first.resolve({ servers: ONE });
    expect(await calls.miss).toBeUndefined();
    expect(await calls.set).toBe(true);
    expect(await calls.append).toBe(true);
    expect(await calls.get).toBe('ab');
    expect(await calls.delete).toBe(true);
    expect(await calls.gone).toBeUndefined();
    expect(await calls.incr).toBe(5);
    expect(await calls.all).toStrictEqual([]);
    expect(await calls.found).toStrictEqual(
      new Map([
        ['x', 1],
        ['y', 2],
        ['n', 5],
      ]),
    );
    expect([...(await calls.version).keys()]).toStrictEqual(ONE);
    expect(await calls.flushed).toBe(true);
    expect(await calls.after).toStrictEqual(new Map());
    expect(namesOf(client)).toStrictEqual(ONE);
  });

  it('have their deadline and their signal meanwhile, and are not sent afterwards', async () => {
    const first = deferred();
    const transport = memoryTransport();
    const client = openOn(scripted([() => first.promise]), { transport });
    const abort = new AbortController();
    const aborted = client.set('k', 'aborted', { signal: abort.signal });
    const late = client.set('k', 'late', { timeoutMs: 20 });
    abort.abort();
    await rejection(aborted, 'MC_ABORTED_UNSENT');
    await rejection(late, 'MC_TIMEOUT_UNSENT');
    const patient = client.get('k', { timeoutMs: 5000 });
    first.resolve({ servers: ONE });
    expect(await patient).toBeUndefined();
  });

  it('wait while looks fail, and for the views of the client too', async () => {
    const discovery = scripted(
      [() => Promise.reject(new Error('not yet')), null, { servers: [] }, { servers: ONE }],
      5,
    );
    const client = openOn(discovery, { timeoutMs: 5000 });
    const errors = failuresOf(client);
    const view = client.with({ keyPrefix: 'v:' });
    const set = view.set('k', 1);
    expect(await client.get('v:k')).toBe(1);
    expect(await set).toBe(true);
    expect(errors.length).toBe(3);
    expect(errors[0]).toStrictEqual(new Error('not yet'));
  });
});

describe('the same list again', () => {
  it('is no news: no ring is built, nothing is told, and what was changed by hand stays', async () => {
    let built = 0;
    const distribution: Distribution = {
      ...ketama(),
      build: (servers, hash) => {
        built += 1;
        return ketama().build(servers, hash);
      },
    };
    const discovery = scripted([{ servers: ONE }]);
    const client = openOn(discovery, { distribution });
    await client.get('k');
    await client.addServer('mine:1');
    const changes: unknown[] = [];
    client.on('servers', (change) => changes.push(change));
    const before = built;
    await looked(discovery, 5);
    expect(built).toBe(before);
    expect(namesOf(client)).toStrictEqual([...ONE, 'mine:1']);
    discovery.say({ servers: ['one:1:2', 'two:1', 'three:1'] });
    await expect.poll(() => client.servers().map(({ weight }) => weight)).toStrictEqual([2, 1, 1]);
    expect(changes).toStrictEqual([{ added: [], removed: ['mine:1'] }]);
  });

  it('does not tell again of a server that is ejected', async () => {
    const transport = faultyTransport(memoryTransport());
    const discovery = scripted([{ servers: ONE }]);
    const client = openOn(discovery, { transport, eject: true, failureLimit: 1, retryTimeoutMs: 60_000 });
    const ejected: string[] = [];
    client.on('eject', ({ server }) => ejected.push(server));
    transport.refuse('two:1');
    await client.getMulti(Array.from({ length: 50 }, (_, at) => `key-${at}`)).catch(() => {});
    await expect.poll(() => ejected).toStrictEqual(['two:1']);
    await looked(discovery, 5);
    expect(ejected).toStrictEqual(['two:1']);
    expect(client.servers().map(({ isEjected }) => isEjected)).toStrictEqual([false, true, false]);
  });
});

describe('a list that changes', () => {
  it('leaves the connections of servers that stay alone, and closes those of servers that go', async () => {
    const transport = memoryTransport();
    const discovery = scripted([{ servers: ONE }]);
    const client = openOn(discovery, { transport });
    const events: string[] = [];
    for (const event of ['connect', 'disconnect'] as const) {
      client.on(event, ({ server }) => events.push(`${event} ${server}`));
    }
    const keys = Array.from({ length: 100 }, (_, at) => `key-${at}`);
    await client.setMulti(keys.map((key) => [key, 1] as const));
    expect(events.length).toBe(3);
    discovery.say({ servers: ['one:1', 'three:1', 'four:1'] });
    await expect.poll(() => namesOf(client)).toStrictEqual(['one:1', 'three:1', 'four:1']);
    await client.setMulti(keys.map((key) => [key, 1] as const));
    await expect.poll(() => events.slice(3).sort()).toStrictEqual(['connect four:1', 'disconnect two:1']);
    const open = (name: string) => transport.server(name).connections;
    expect(['one:1', 'two:1', 'three:1', 'four:1'].map(open)).toStrictEqual([1, 0, 1, 1]);
  });

  it('is looked for by each clone by itself, from the same source', async () => {
    const discovery = scripted([{ servers: ONE }], 600_000);
    const client = openOn(discovery);
    await client.get('k');
    const clone = client.clone();
    await clone.get('k');
    expect(discovery.looks).toBe(2);
    await client.close();
    expect(namesOf(clone)).toStrictEqual(ONE);
    expect(await clone.get('k')).toBeUndefined();
    await clone.close();
  });
});

describe('close()', () => {
  it('during a look aborts it, looks no more, and tells of no failure', async () => {
    const signals: AbortSignal[] = [];
    const discovery = scripted([
      (signal: AbortSignal) => {
        signals.push(signal);
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        );
      },
    ]);
    const client = openOn(discovery);
    const errors = failuresOf(client);
    await client.close();
    expect(signals.map(({ aborted, reason }) => [aborted, reason.code])).toStrictEqual([[true, 'MC_CLOSED']]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(discovery.looks).toBe(1);
    expect(errors).toStrictEqual([]);
    await rejection(client.get('k'), 'MC_CLOSED');
  });

  it('settles the calls that wait for the first list', async () => {
    const client = openOn(scripted([() => new Promise(() => {})]), { timeoutMs: 60_000 });
    const calls = [client.get('k'), client.set('k', 1), client.getMulti(['a', 'b'])];
    const outcomes = Promise.allSettled(calls);
    await client.close();
    expect((await outcomes).map(({ status }) => status)).toStrictEqual(['rejected', 'rejected', 'rejected']);
  });

  it('ignores a list that comes too late', async () => {
    const first = deferred();
    const transport = memoryTransport();
    const client = openOn(scripted([() => first.promise]), { transport });
    await client.close();
    first.resolve({ servers: ONE });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(client.servers()).toStrictEqual([]);
    expect(transport.serverNames).toStrictEqual([]);
  });
});

describe('a discovery that cannot be used', () => {
  it.each<object>([
    { name: '' },
    { name: 7 },
    { name: undefined },
    { intervalMs: 0 },
    { intervalMs: 0.5 },
    { intervalMs: Number.NaN },
    { intervalMs: 2 ** 31 },
    { intervalMs: '5' },
    { intervalMs: undefined },
  ])('is refused at once, and not asked: %j', (wrong) => {
    const discovery = { ...scripted([{ servers: ONE }]), ...wrong } as ScriptedDiscovery;
    expect(() => openOn(discovery)).toThrowError(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
    expect(discovery.looks).toBe(0);
  });
});
