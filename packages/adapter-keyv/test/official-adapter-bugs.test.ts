/* What is wrong with @keyv/memcache 2.0.2 and its successor: each of it is right here. */
import { createClient } from '@mc/memcached';
import { expectsMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { Keyv } from 'keyv';
import { describe, expect, it } from 'vitest';
import { recordingTransport } from '../../../test/recording-transport.js';
import { stoppedClock } from '../../../test/stopped-clock.js';
import { KeyvMemcached, memcachedStore } from '../src/index.js';
import { closedWithTest, embeddedClient, realClient, realServer } from './open-store.js';

describe('what the official adapter gets wrong', () => {
  it('a ttl of 500 ms ends on the server too, where it was rounded to never', async () => {
    stoppedClock();
    const transport = recordingTransport(memoryTransport());
    const store = memcachedStore(closedWithTest(createClient({ transport })));
    await store.set('key', 1, 500);
    expect(transport.sent.join('')).toMatch(/set \|key \d+ 2 /);
  });

  it('a ttl of 40 days lasts, where it was taken for 1970', async () => {
    const at = stoppedClock();
    const keyv = new Keyv({ store: memcachedStore(embeddedClient()) });
    await keyv.set('key', 1, 40 * 86_400_000);
    expect(await keyv.get('key')).toBe(1);
    at(40 * 86_400_000 - 1);
    expect(await keyv.get('key')).toBe(1);
  });

  it('a key with a space does not hang', async () => {
    const keyv = new Keyv({ store: memcachedStore(embeddedClient()) });
    expect(await keyv.set('a key', 1)).toBe(true);
    expect(await keyv.get('a key')).toBe(1);
  });

  it('keys that differ in spaces are different, and keys that are too long work', async () => {
    const store = memcachedStore(embeddedClient());
    await store.set('n: a ', 1);
    await store.set('n:a', 2);
    await store.set('k'.repeat(500), 3);
    expect(await store.getMany(['n: a ', 'n:a', 'k'.repeat(500)])).toEqual([1, 2, 3]);
  });

  it('a miss of the adapter is undefined, where it was an object', async () => {
    expect(await memcachedStore(embeddedClient()).get('nothing')).toBeUndefined();
  });

  it('getMany is one request, where it was one for each key', async () => {
    const transport = recordingTransport(memoryTransport());
    const keyv = new Keyv({ store: memcachedStore(closedWithTest(createClient({ transport }))) });
    await keyv.set('a', 1);
    transport.sent.length = 0;
    expect(await keyv.getMany(['a', 'b', 'c'])).toEqual([1, undefined, undefined]);
    expect(transport.sent).toEqual(['get keyv@generation keyv:a keyv:b keyv:c\r\n']);
  });

  it('a key has one prefix, where it had two, and its own namespace where a store is shared', async () => {
    const client = embeddedClient();
    const store = memcachedStore(client);
    const first = new Keyv({ store, namespace: 'A' });
    const second = new Keyv({ store, namespace: 'B' });
    await first.set('z', 1);
    await second.set('z', 2);
    const keys: unknown[] = [];
    for await (const key of client.keys()) keys.push(key);
    expect(keys.sort()).toEqual(['A:z', 'A@generation', 'B:z', 'B@generation']);
  });

  it('clear() leaves the rest of the server alone, where it flushed it', async () => {
    const client = embeddedClient();
    const keyv = new Keyv({ store: memcachedStore(client) });
    await client.set('session', 'of somebody else');
    await keyv.clear();
    expect(await client.get('session')).toBe('of somebody else');
  });

  it('disconnect() is there', async () => {
    const transport = memoryTransport();
    const keyv = new Keyv({ store: new KeyvMemcached({ transport }) });
    await keyv.set('key', 1);
    await keyv.disconnect();
    await expect.poll(() => transport.server('localhost:11211').connections).toBe(0);
  });

  it('has() tells of an error, where it hid it, and no error is told twice', async () => {
    const keyv = new Keyv({ store: memcachedStore({ servers: '127.0.0.1:1', failureLimit: 1 }) });
    const errors: unknown[] = [];
    keyv.on('error', (error: unknown) => errors.push(error));
    expect(await keyv.has('key')).toBe(false);
    expect(errors).toHaveLength(1);
    expect(await keyv.set('key', 1)).toBe(false);
    expect(errors).toHaveLength(2);
    await keyv.disconnect();
  });

  if (expectsMemcached()) {
    it('a value over the limit of the server is an error, and the next call works', async () => {
      const { address } = await realServer();
      const keyv = new Keyv({ store: memcachedStore(realClient(address)) });
      const errors: unknown[] = [];
      keyv.on('error', (error: unknown) => errors.push(error));
      expect(await keyv.set('key', 'x'.repeat(1_200_000))).toBe(false);
      expect(errors).toMatchObject([{ code: 'MC_VALUE_TOO_LARGE' }]);
      expect(await keyv.set('key', 'small')).toBe(true);
      expect(await keyv.get('key')).toBe('small');
    });
  }
});
