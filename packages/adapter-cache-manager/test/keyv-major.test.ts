import { createRequire } from 'node:module';
import { memoryTransport } from '@mc/transport-memory';
import { Keyv } from 'keyv';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemcachedCache, memcachedStore } from '../src/index.js';
import { memoryStore } from './cache-fixture.js';

/** Keyv 6 stands only beside the adapter for it. */
const { Keyv: Keyv6 } = createRequire(new URL('../../adapter-keyv/package.json', import.meta.url))(
  'keyv-6',
) as {
  Keyv: new () => Keyv;
};
const transport = memoryTransport();

afterEach(() => vi.restoreAllMocks());

describe('a Keyv 6', () => {
  it('as the tier in memory is warned of', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const cache = createMemcachedCache({ transport, memory: new Keyv6() });
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/Keyv 6.*wrap\(\) never hits.*ttl\(\).*keyv@5/), { code: 'MC_KEYV_6' }],
    ]);
    await cache.disconnect();
  });

  it('is what is warned of, and nothing else', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const cache = createMemcachedCache({ transport, memory: memoryStore() });
    expect(cache.stores).toHaveLength(2);
    expect(warn).not.toHaveBeenCalled();
    await cache.disconnect();
  });

  it.each([
    ['5', () => memoryStore()],
    ['6', () => new Keyv6()],
  ])('is no source of memcachedStore, as no Keyv is: %s', (_, keyv) => {
    expect(() => memcachedStore(keyv() as never)).toThrow(/not a Keyv/);
  });
});

describe('the Keyv that memcachedStore makes', () => {
  it('is one of the package that cache-manager itself uses', async () => {
    const store = memcachedStore({ transport });
    const own = createRequire(import.meta.url);
    expect(createRequire(own.resolve('cache-manager')).resolve('keyv')).toBe(own.resolve('keyv'));
    expect(store).toBeInstanceOf(Keyv);
    for (const name of ['opts', 'hooks', 'stats']) expect(store).toHaveProperty(name);
    await store.disconnect();
  });
});
