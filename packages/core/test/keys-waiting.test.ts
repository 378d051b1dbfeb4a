import type { Compressor, DiscoveredServers, Key, MemcachedClient } from '@mc/core';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { openOn, scripted } from './discovery-list.js';

/** A client whose discovery has no list before `tell` is called. */
function openUnlisted(options: Parameters<typeof openOn>[1] = {}) {
  let tell = (_found: DiscoveredServers): void => {};
  const first = new Promise<DiscoveredServers>((resolve) => {
    tell = resolve;
  });
  const discovery = scripted([() => first], 600_000);
  return { client: openOn(discovery, options), tell };
}

/** A client whose long values are packed when `open` is called, and not before. */
async function openGated(options: Parameters<typeof openOn>[1] = {}) {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const compressor: Compressor = {
    name: 'gated',
    id: 7,
    compress: async () => {
      await gate;
      return Uint8Array.of(1);
    },
    decompress: () => new Uint8Array(100),
  };
  const client = openOn(['one:1', 'two:1'], { ...options, compressor, minCompressLen: 50 });
  // Connected, so that what is sent arrives at once.
  await client.version();
  return { client, open };
}

const LONG = 'v'.repeat(100);

async function listed(client: MemcachedClient): Promise<Key[]> {
  const keys: Key[] = [];
  for await (const key of client.keys()) keys.push(key);
  return keys.sort();
}

describe('keys() while a discovery has no list', () => {
  it('rejects after the timeout of the client, or of the view', async () => {
    const { client } = openUnlisted({ timeoutMs: 150 });
    const startedMs = performance.now();
    await rejection(client.keys().next(), 'MC_TIMEOUT_UNSENT');
    expect(performance.now() - startedMs).toBeGreaterThan(140);
    const error = await rejection(client.with({ timeoutMs: 30 }).keys().next(), 'MC_TIMEOUT_UNSENT');
    expect(error.message).toContain('within 30 ms');
  });

  it('lists once there is one', async () => {
    const transport = memoryTransport();
    await openOn(['one:1', 'two:1'], { transport }).setMulti({ k: 1, l: 2, m: 3 });
    const { client, tell } = openUnlisted({ transport });
    const call = client.get('k');
    const keys = listed(client);
    tell({ servers: ['one:1', 'two:1'] });
    expect(await keys).toStrictEqual(['k', 'l', 'm']);
    expect(await call).toBe(1);
  });

  it.each(['the client', 'a view of it'])('ends at once with %s', async (which) => {
    const { client } = openUnlisted();
    const asked = which === 'the client' ? client : client.with({ keyPrefix: 'p:' });
    const failed = rejection(asked.keys().next(), 'MC_CLOSED');
    await asked.close();
    await failed;
  });

  it('ends at once where its reader leaves', async () => {
    const { client } = openUnlisted();
    const keys = client.keys();
    const next = keys.next();
    expect(await keys.return()).toStrictEqual({ done: true, value: undefined });
    expect(await next).toStrictEqual({ done: true, value: undefined });
  });
});

describe('keys() while a value is packed', () => {
  it('does not wait for it, and holds up nobody', async () => {
    const { client, open } = await openGated();
    const set = client.set('x', LONG);
    const keys = listed(client);
    // Long before x is packed.
    expect(await client.set('y', 1, { timeoutMs: 5000 })).toBe(true);
    expect(await client.setMulti({ y: 2, z: 3 }, { timeoutMs: 5000 })).toStrictEqual([]);
    expect(await keys).not.toContain('x');
    open();
    expect(await set).toBe(true);
    expect(await listed(client)).toStrictEqual(['x', 'y', 'z']);
  });
});
