import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { rejection } from '../rejection.js';
import { POLL } from '../waiting.js';

/** stats, version, hash, serverFor, flushAll: what concerns servers rather than keys. */
export const serverTests: ClientTests = {
  'version gives every server with its version': async ({ client, serverNames }) => {
    const versions = await client.version();
    expect([...versions.keys()].sort()).toStrictEqual([...serverNames].sort());
    for (const version of versions.values()) expect(version).toMatch(/^\d+\.\d+\.\d+/);
  },
  'stats gives the statistics of every server as text': async ({ client, serverNames, key }) => {
    await client.setMulti(Array.from({ length: 50 }, (_, index) => [key(String(index)), index] as const));
    const stats = await client.stats();
    expect([...stats.keys()].sort()).toStrictEqual([...serverNames].sort());
    const items = [...stats.values()].map((server) => Number(server.get('curr_items')));
    expect(items.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(50);
    for (const server of stats.values()) expect(server.get('version')).toMatch(/^\d+\.\d+\.\d+/);
  },
  'stats takes a group': async ({ client, serverNames }) => {
    const settings = await client.stats('settings');
    expect([...settings.keys()].sort()).toStrictEqual([...serverNames].sort());
    for (const server of settings.values()) {
      expect(Number(server.get('item_size_max'))).toBeGreaterThanOrEqual(2 ** 20);
    }
  },
  'a statistics group that servers do not know is an error and breaks nothing': async ({ client, key }) => {
    const error = await rejection(client.stats('nonsense'));
    expect(error.code).not.toBe('MC_INVALID_ARGUMENT');
    expect(await client.set(key(), 'v')).toBe(true);
    expect(await client.get(key())).toBe('v');
  },
  'hash is a uint32 that depends on the key alone': async ({ client, open, key }) => {
    const hash = client.hash(key());
    expect(Number.isInteger(hash) && hash >= 0 && hash <= 0xffff_ffff).toBe(true);
    expect(client.hash(key())).toBe(hash);
    expect(open().hash(key())).toBe(hash);
    expect(client.hash(key('other'))).not.toBe(hash);
  },
  'serverFor gives one of the servers, always the same': async ({ client, serverNames, key }) => {
    for (let index = 0; index < 50; index += 1) {
      const server = client.serverFor(key(String(index)));
      expect(serverNames).toContain(server.name);
      expect(client.serverFor(key(String(index)))).toStrictEqual(server);
    }
  },
  'flushAll drops every item of every server': async ({ client, key }) => {
    const keys = Array.from({ length: 60 }, (_, index) => key(String(index)));
    await client.setMulti(keys.map((name) => [name, 1] as const));
    expect(await client.flushAll()).toBe(true);
    expect(await client.getMulti(keys)).toStrictEqual(new Map());
    expect(await client.set(key('after'), 'v')).toBe(true);
    expect(await client.get(key('after'))).toBe('v');
  },
  'flushAll keeps its place between writes': async ({ client, key }) => {
    const keys = Array.from({ length: 12 }, (_, index) => key(String(index)));
    const results = await Promise.all([
      client.setMulti(keys.map((name) => [name, 1] as const)),
      client.flushAll(),
      client.getMulti(keys),
    ]);
    expect(results).toStrictEqual([[], true, new Map()]);
  },
  // Last: when it fires, it takes the items of that second with it.
  'flushAll takes a delay': async ({ client, key }) => {
    // Sent at once, so that the read is in time on a busy machine.
    const calls = [client.set(key(), 'v'), client.flushAll(3), client.get(key())];
    expect(await Promise.all(calls)).toStrictEqual([true, true, 'v']);
    await expect.poll(() => client.get(key()), { ...POLL, interval: 25 }).toBeUndefined();
  },
};
