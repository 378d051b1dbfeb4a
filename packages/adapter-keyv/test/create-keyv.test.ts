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
