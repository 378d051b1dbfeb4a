import byName, { memcachedDriver } from '@mc/adapter-unstorage';
import { createClient } from '@mc/memcached';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';

describe('options', () => {
  it('that are wrong are refused at once', () => {
    const wrong: unknown[] = [
      null,
      7,
      { base: 7 },
      { base: ':::' },
      { base: 'b'.repeat(101) },
      { ttl: 'soon' },
      { meta: 'yes' },
      { onServerFailure: 'ignore' },
      { servers: 'host:0' },
      { server: 'localhost' },
      { client: {} },
    ];
    for (const source of wrong) {
      expect(() => memcachedDriver(source as never), JSON.stringify(source)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^MC_(CONFIGURATION|INVALID_ARGUMENT)$/) }),
      );
    }
    const client = createClient('localhost:1');
    // @ts-expect-error: a client that is there has its servers
    expect(() => memcachedDriver({ client, servers: 'localhost:2' })).toThrow(/client excludes/);
    // @ts-expect-error: and all its other options
    expect(() => memcachedDriver({ client, base: 'b', timeoutMs: 5 })).toThrow(/client excludes/);
    // @ts-expect-error: no such option
    expect(() => memcachedDriver({ client, bass: 'b' })).toThrow(/client excludes/);
    expect(() => memcachedDriver({ client, base: 'b', ttl: 5, onServerFailure: 'throw' })).not.toThrow();
  });

  it('may come from a configuration, which imports the default and passes on its name', async () => {
    expect(byName).toBe(memcachedDriver);
    const driver = byName({ driver: '@mc/adapter-unstorage', base: 'cache', transport: memoryTransport() });
    await driver.setItem('k', 'v');
    expect(await driver.getInstance().get('cache:k')).toBe('v');
    await driver.dispose();
  });

  it('may be an address, a list, an object, or none', () => {
    for (const source of [
      'localhost',
      ['one', 'two:11212'],
      { host: 'one' },
      { path: '/run/mc.sock' },
      undefined,
      {},
    ]) {
      const names = memcachedDriver(source)
        .getInstance()
        .servers()
        .map((server) => server.name);
      expect(names.length, JSON.stringify(source)).toBe(Array.isArray(source) ? 2 : 1);
    }
  });
});
