import { memoryTransport } from '@mc/transport-memory';
import { Keyv, KeyvHooks } from 'keyv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memcachedStore } from '../src/index.js';

/** A Keyv of its own making, on a store that reads and writes several at once as memcached's does. */
function plainKeyv(): Keyv {
  const map = new Map<string, unknown>();
  const store = {
    get: async (key: string) => map.get(key),
    getMany: async (keys: string[]) => keys.map((key) => map.get(key)),
    set: async (key: string, value: unknown) => map.set(key, value).size > 0,
    setMany: async (entries: Array<{ key: string; value: unknown }>) =>
      entries.map(({ key, value }) => map.set(key, value).size > 0),
    delete: async (key: string) => map.delete(key),
    deleteMany: async (keys: string[]) => keys.map((key) => map.delete(key)).every(Boolean),
    clear: async () => map.clear(),
  };
  const keyv = new Keyv({ store });
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  return keyv;
}

/** Calls every method, and records what the hooks are told and what the statistics say. */
async function record(keyv: Keyv): Promise<unknown> {
  const told: unknown[] = [];
  for (const hook of Object.values(KeyvHooks)) {
    keyv.hooks.addHandler(hook, (data: unknown) => told.push([hook, structuredClone(data)]));
  }
  keyv.stats.enabled = true;
  await keyv.set('a', 1);
  await keyv.setMany([
    { key: 'b', value: 2 },
    { key: 'c', value: 3 },
  ]);
  for (const key of ['a', 'missing']) {
    await keyv.get(key);
    await keyv.get(key, { raw: true });
    await keyv.getRaw(key);
    await keyv.has(key);
  }
  for (const keys of [['a', 'missing', 'b'], []]) {
    await keyv.getMany(keys);
    await keyv.getMany(keys, { raw: true });
    await keyv.getManyRaw(keys);
    await keyv.hasMany(keys);
  }
  await keyv.delete('a');
  await keyv.delete('a');
  await keyv.deleteMany(['b', 'c']);
  await keyv.clear();
  const { hits, misses, sets, deletes, errors } = keyv.stats;
  return { told, hits, misses, sets, deletes, errors };
}

describe('hooks and statistics', () => {
  it('are those of a plain Keyv', async () => {
    const store = memcachedStore({ transport: memoryTransport() });
    onTestFinished(() => store.disconnect());
    const recorded = await record(store);
    expect(recorded).toStrictEqual(await record(plainKeyv()));
    expect(recorded).toMatchObject({ sets: 1, deletes: 2 });
  });

  it('may change an entry before it is stored', async () => {
    const store = memcachedStore({ transport: memoryTransport() });
    onTestFinished(() => store.disconnect());
    store.hooks.addHandler(KeyvHooks.PRE_SET, (entry: { value: unknown }) => {
      entry.value = 'of the hook';
    });
    await store.set('key', 'of the call');
    expect(await store.get('key')).toBe('of the hook');
  });
});
