import type { Cache } from 'cache-manager';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from './backends.js';
import { memoryStore, useBackend } from './cache-fixture.js';

const NAMES = ['get', 'mget', 'set', 'mset', 'del', 'mdel', 'ttl', 'clear', 'refresh'] as const;

/** All events of a cache from now on, as `[name, ...what it carries]`. */
function eventsOf(cache: Cache): unknown[][] {
  const events: unknown[][] = [];
  // The types of cache-manager leave out `mdel` and `ttl`.
  for (const name of NAMES) cache.on(name as 'get', (...data: unknown[]) => events.push([name, ...data]));
  return events;
}

describe.each(Object.keys(BACKENDS))('events on %s', (name) => {
  const on = useBackend(BACKENDS[name]!);

  it('tells each operation', async () => {
    const cache = on.cache();
    const events = eventsOf(cache);
    await cache.set('key', 1);
    await cache.get('key');
    await cache.get('missing');
    await cache.mset([{ key: 'a', value: 2 }]);
    await cache.mget(['a', 'missing']);
    await cache.del('key');
    await cache.mdel(['a']);
    await cache.clear();
    expect(events).toEqual([
      ['set', { key: 'key', value: 1, store: 'primary' }],
      ['set', { key: 'key', value: 1 }],
      ['get', { key: 'key', value: 1, store: 'primary' }],
      ['mset', { list: [{ key: 'a', value: 2, ttl: undefined }] }],
      ['mget', { keys: ['a', 'missing'], values: [2, undefined] }],
      ['del', { key: 'key' }],
      ['mdel', { keys: ['a'] }],
      ['clear'],
    ]);
  });

  it('names the tier that answered', async () => {
    const memcached = on.store();
    const cache = on.cache({ stores: [memoryStore(), memcached] });
    await memcached.set('key', 1);
    const events = eventsOf(cache);
    await cache.get('key');
    expect(events).toEqual([['get', { key: 'key', value: 1, store: 'secondary:0' }]]);
  });

  it('stops telling a listener that was removed', async () => {
    const cache = on.cache();
    const heard: unknown[] = [];
    const listener = (event: unknown) => heard.push(event);
    cache.on('clear', listener);
    await cache.clear();
    cache.off('clear', listener);
    await cache.clear();
    expect(heard).toHaveLength(1);
  });
});
