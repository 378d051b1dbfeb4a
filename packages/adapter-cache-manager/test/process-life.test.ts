import { healthyScript, scriptedServer } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../test/run-program.js';

/** More than the programs of a test may take, each of which is killed at a deadline. */
const LIMIT_MS = 80_000;
const IMPORT = `
  import { createMemcachedCache, memcachedStore } from '@mc/adapter-cache-manager';
  import { createCache } from 'cache-manager';`;

describe('a process with a cache', () => {
  it('ends by itself once the cache is disconnected', { timeout: LIMIT_MS }, async () => {
    await using server = await scriptedServer(healthyScript);
    const end = await runProgram(`${IMPORT}
      const cache = createMemcachedCache({ servers: '${server.name}', memory: true, ttl: 60_000 });
      console.log(await cache.wrap('key', () => 'computed'));
      await cache.disconnect();`);
    expect(end).toStrictEqual({ code: 0, output: 'computed\n' });
  });

  it('ends though nobody answers, with no rejection left alone', { timeout: LIMIT_MS }, async () => {
    await using silent = await scriptedServer(() => {});
    for (const name of [silent.name, '127.0.0.1:1']) {
      const end = await runProgram(`${IMPORT}
        const stores = [memcachedStore({ servers: '${name}', timeoutMs: 50 })];
        for (const nonBlocking of [false, true]) {
          const cache = createCache({ stores, nonBlocking, refreshThreshold: 1000 });
          const calls = [
            cache.get('a'), cache.mget(['a', 'b']), cache.set('a', 1), cache.mset([{ key: 'a', value: 1 }]),
            cache.del('a'), cache.mdel(['a', 'b']), cache.clear(), cache.ttl('a'), cache.wrap('a', () => 1, 10),
          ];
          console.log((await Promise.allSettled(calls)).map(({ status }) => status[0]).join(''));
        }
        await stores[0].disconnect();
        await stores[0].disconnect();
        await createCache({ stores, nonBlocking: true }).set('a', 1);`);
      expect(end).toStrictEqual({ code: 0, output: 'fffffffff\nfffffffff\n' });
    }
  });

  it('ends with a store that was never used', { timeout: LIMIT_MS }, async () => {
    const end = await runProgram(
      `${IMPORT} createCache({ stores: [memcachedStore()] }); console.log('made');`,
    );
    expect(end).toStrictEqual({ code: 0, output: 'made\n' });
  });
});
