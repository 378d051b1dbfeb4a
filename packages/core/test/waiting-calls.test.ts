import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Compressor, DiscoveredServers, MemcachedClient } from '@mc/core';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { failuresOf, looked, namesOf, openOn, scripted } from './discovery-list.js';
import { someTurns, watchUncaught } from './hostile-uncaught.js';
import { outcome } from './open-client.js';

const NEVER = () => new Promise<never>(() => {});

/** A client whose discovery has no list before `tell` is called. */
function openUnlisted(options: Parameters<typeof openOn>[1] = {}) {
  let tell = (_found: DiscoveredServers): void => {};
  const first = new Promise<DiscoveredServers>((resolve) => {
    tell = resolve;
  });
  const discovery = scripted([() => first], 600_000);
  return { client: openOn(discovery, { timeoutMs: 20_000, ...options }), tell };
}

type Calling = (client: MemcachedClient, signal: AbortSignal) => Promise<unknown>;

/** Every kind of call that waits for values to be packed. */
const VALUE_CALLS: readonly Calling[] = [
  (client, signal) => client.get('k', { signal }),
  (client, signal) => client.set('k', 'v', { signal }),
  (client, signal) => client.set('other', 'c'.repeat(100), { signal }),
  (client, signal) => client.append('k', 'v', { signal }),
  (client, signal) => client.getMulti(['k', 'l', 'm'], { signal }),
  (client, signal) => client.setMulti({ k: 'v', n: 'c'.repeat(100) }, { signal }),
  (client, signal) => client.flushAll(0, { signal }),
  (client, signal) => client.version({ signal }),
];
/** Every kind of call that waits for the first list. */
const CALLS: readonly Calling[] = [...VALUE_CALLS, (client, signal) => client.keys({ signal }).next()];

/** Bytes of the heap that are in use; what a first collection has released is collected by the second. */
async function heapBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  await someTurns();
  collect();
  return process.memoryUsage().heapUsed;
}

/** What 20,000 calls leave in memory when they are aborted: bytes for each. */
async function bytesLeftBehind(client: MemcachedClient, kinds: readonly Calling[]): Promise<number> {
  const wave = async (): Promise<void> => {
    const abort = new AbortController();
    const calls = Array.from({ length: 2000 }, (_, at) =>
      outcome(kinds[at % kinds.length]?.(client, abort.signal) as Promise<unknown>),
    );
    await someTurns();
    abort.abort();
    expect(new Set(await Promise.all(calls))).toStrictEqual(new Set(['MC_ABORTED_UNSENT']));
    await someTurns();
  };
  for (let count = 0; count < 2; count += 1) await wave();
  const before = await heapBytes();
  for (let count = 0; count < 10; count += 1) await wave();
  return ((await heapBytes()) - before) / 20_000;
}

describe('calls that have settled while they waited', () => {
  it('for the first list leave nothing behind', async () => {
    const { client } = openUnlisted();
    expect(await bytesLeftBehind(client, CALLS)).toBeLessThan(100);
  });

  it('for a value that is never packed leave nothing behind', async () => {
    const hung: Compressor = {
      name: 'hung',
      id: 7,
      compress: (data) => (data[0] === 'h'.charCodeAt(0) ? NEVER() : Promise.resolve(data)),
      decompress: (data) => data,
    };
    const client = openOn('one:1', { compressor: hung, minCompressLen: 50, timeoutMs: 20_000 });
    const abort = new AbortController();
    const { signal } = abort;
    const calls = [
      client.set('k', 'h'.repeat(100), { signal }),
      client.set('other', 'h'.repeat(100), { signal }),
      // The ones behind it wait for all keys.
      client.flushAll(0, { signal }),
    ].map(outcome);
    expect(await bytesLeftBehind(client, VALUE_CALLS)).toBeLessThan(100);
    abort.abort();
    expect(await Promise.all(calls)).toStrictEqual(Array(3).fill('MC_ABORTED_UNSENT'));
    expect(await client.set('k', 'v')).toBe(true);
    expect(await client.get('k')).toBe('v');
  });
});

describe('calls that wait for the first list', () => {
  it('are bounded by maxQueuedCalls, and as many may come again as have settled', async () => {
    const uncaught = watchUncaught();
    const { client, tell } = openUnlisted({ maxQueuedCalls: 10 });
    const abort = new AbortController();
    const { signal } = abort;
    const waiting = [
      ...Array.from({ length: 4 }, (_, at) => client.set(`key-${at}`, at)),
      ...Array.from({ length: 5 }, () => client.get('k', { signal })),
      client.version(),
    ].map(outcome);
    for (const call of CALLS) {
      const refused = call(client, signal);
      await rejection(refused, 'MC_QUEUE_FULL');
    }
    abort.abort();
    expect((await Promise.all(waiting.slice(4, 9))).at(0)).toBe('MC_ABORTED_UNSENT');
    const more = Array.from({ length: 5 }, (_, at) => outcome(client.get(`key-${at}`)));
    await rejection(client.get('k'), 'MC_QUEUE_FULL');
    tell({ servers: ['one:1', 'two:1'] });
    expect(await Promise.all(more)).toStrictEqual([0, 1, 2, 3, undefined]);
    expect(await waiting[9]).toBeInstanceOf(Map);
    await someTurns();
    expect(uncaught).toStrictEqual([]);
  });

  it('count as many as a batch has keys, and a batch is taken where there is room at all', async () => {
    const { client, tell } = openUnlisted({ maxQueuedCalls: 10 });
    const batch = client.getMulti(Array.from({ length: 500 }, (_, at) => `key-${at}`));
    await rejection(client.get('k'), 'MC_QUEUE_FULL');
    tell({ servers: ['one:1'] });
    expect(await batch).toStrictEqual(new Map());
  });

  it('are refused as rejections, and a signal that is aborted later finds nothing', async () => {
    const uncaught = watchUncaught();
    const { client } = openUnlisted({ maxQueuedCalls: 1, compressor: slow(), minCompressLen: 50 });
    const abort = new AbortController();
    const { signal } = abort;
    const first = outcome(client.get('k', { signal }));
    for (const call of CALLS) await rejection(call(client, signal), 'MC_QUEUE_FULL');
    abort.abort();
    expect(await first).toBe('MC_ABORTED_UNSENT');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(uncaught).toStrictEqual([]);
  });

  it('end at once with a signal that is aborted already', async () => {
    const { client } = openUnlisted();
    for (const call of CALLS) await rejection(call(client, AbortSignal.abort()), 'MC_ABORTED_UNSENT');
  });

  /** Fails after a moment. */
  function slow(): Compressor {
    return {
      name: 'slow',
      id: 7,
      compress: () => new Promise((_, reject) => setTimeout(() => reject(new Error('no')), 5)),
      decompress: (data) => data,
    };
  }
});

describe('a list that is given by hand before the first one was found', () => {
  it.each<[string, (client: MemcachedClient) => Promise<unknown>]>([
    ['setServers', (client) => client.setServers(['static:1', 'static:2'])],
    ['addServer', (client) => client.addServer('static:1')],
  ])('releases the calls that wait: %s', async (_name, give) => {
    const transport = memoryTransport();
    const discovery = scripted([() => Promise.reject(new Error('no name server'))]);
    const client = openOn(discovery, { transport, timeoutMs: 5000 });
    const errors = failuresOf(client);
    client.on('discoveryFailed', () => {
      if (client.servers().length === 0) void give(client);
    });
    const calls = [client.set('k', 'v'), client.append('k', 'w'), client.get('k'), client.getMulti(['k'])];
    expect(await Promise.all(calls)).toStrictEqual([true, true, 'vw', new Map([['k', 'vw']])]);
    expect(errors.length).toBeGreaterThan(0);
    // What is found later takes its place.
    discovery.say({ servers: ['found:1'] });
    await looked(discovery, 2);
    await expect.poll(() => namesOf(client)).toStrictEqual(['found:1']);
    expect(await client.get('k')).toBeUndefined();
  });

  it('that is wrong releases nobody', async () => {
    const { client, tell } = openUnlisted();
    const call = client.get('k');
    await rejection(client.setServers([]), 'MC_CONFIGURATION');
    await rejection(client.addServer('a:b:c'), 'MC_CONFIGURATION');
    tell({ servers: ['one:1'] });
    expect(await call).toBeUndefined();
  });
});

describe('a call whose way fails', () => {
  it('leaves no rejection behind for its signal', async () => {
    const uncaught = watchUncaught();
    const hash = () => {
      throw new Error('no');
    };
    const client = openOn(['one:1', 'two:1'], { hash });
    const abort = new AbortController();
    const { signal } = abort;
    for (const call of CALLS.slice(0, 6)) await rejection(call(client, signal), 'MC_CONFIGURATION');
    abort.abort();
    await someTurns();
    expect(uncaught).toStrictEqual([]);
  });
});
