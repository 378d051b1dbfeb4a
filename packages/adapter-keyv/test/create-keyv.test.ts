import { ConfigurationError } from '@mc/memcached';
import { Keyv } from 'keyv';
import * as six from 'keyv-6';
import { describe, expect, it, vi } from 'vitest';
import { createKeyv, KeyvMemcached, NativeKeyvMemcached } from '../src/index.js';
import { embeddedClient } from './open-store.js';

describe('createKeyv', () => {
  it('makes a Keyv 5 where that is installed', async () => {
    const keyv = createKeyv(embeddedClient(), { namespace: 'n', ttl: 60_000 });
    expect(keyv).toBeInstanceOf(Keyv);
    expect(keyv.store).toBeInstanceOf(KeyvMemcached);
    expect([keyv.namespace, keyv.ttl]).toEqual(['n', 60_000]);
    await keyv.set('key', Buffer.from('bytes'));
    expect(await keyv.get('key')).toEqual(Buffer.from('bytes'));
    expect(createKeyv(embeddedClient()).namespace).toBe('keyv');
  });

  it('has an iterator that gives the keys as they were given', async () => {
    for (const [options, other] of [
      [{ namespace: 'a:b' }, 'a'],
      [{ namespace: 'a' }, 'a:b'],
      [{ namespace: '' }, 'a:b'],
      [{ namespace: 'n', serialization: true }, 'nn'],
    ] as const) {
      const client = embeddedClient();
      const keyv = createKeyv(client, options);
      const keys = ['x', 'x:y', ':', 'a b', ''].map((key) => `${key}!`);
      await keyv.setMany(keys.map((key) => ({ key, value: { key } })));
      await keyv.set('gone', 1, 1);
      await createKeyv(client, { namespace: other }).set('other', 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const pairs = new Map<unknown, unknown>();
      for await (const [key, value] of keyv.iterator?.(undefined) ?? []) pairs.set(key, value);
      expect(pairs).toEqual(new Map(keys.map((key) => [key, { key }])));
    }
  });

  it('refuses wrong options by name', () => {
    for (const options of [
      null,
      'x',
      { keyv: 6 },
      { ttl: Number.NaN },
      { ttl: -1 },
      { ttl: '5' },
      { serialization: 1 },
      { what: 1 },
    ]) {
      expect(() => createKeyv('localhost:1', options as never), JSON.stringify(options)).toThrow(
        ConfigurationError,
      );
    }
  });

  it('makes a Keyv 6 where that is installed, on a store of the native form', async () => {
    vi.doMock('keyv', () => six);
    vi.resetModules();
    const ours = await import('../src/index.js');
    const keyv = ours.createKeyv(embeddedClient(), { namespace: 'n', ttl: 60_000 }) as unknown as six.Keyv;
    vi.doUnmock('keyv');
    expect(keyv).toBeInstanceOf(six.Keyv);
    expect(keyv.store).toBeInstanceOf(ours.NativeKeyvMemcached);
    expect(ours.NativeKeyvMemcached).not.toBe(NativeKeyvMemcached);
    expect([keyv.namespace, keyv.ttl]).toEqual(['n', 60_000]);
    await keyv.set('key', Buffer.from('bytes'));
    expect(await keyv.get('key')).toEqual(Buffer.from('bytes'));
    const pairs: unknown[] = [];
    for await (const pair of keyv.iterator()) pairs.push(pair);
    expect(pairs).toEqual([['key', Buffer.from('bytes')]]);
  });
});
