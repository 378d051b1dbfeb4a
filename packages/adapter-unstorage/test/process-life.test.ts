import { expectsMemcached, scriptedServer, startMemcached } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../test/run-program.js';

/** More than the programs of a test may take, each of which is killed at a deadline. */
const LIMIT_MS = 80_000;

const OPEN = (options: string): string => `
  import memcachedDriver from '@mc/adapter-unstorage';
  import { createStorage } from 'unstorage';
  const driver = memcachedDriver(${options});
  const storage = createStorage({ driver });`;

describe('a process with a storage', { timeout: LIMIT_MS }, () => {
  it('ends by itself with one that was never used', async () => {
    const end = await runProgram(`${OPEN("'127.0.0.1:1'")} console.log(storage === undefined);`);
    expect(end).toStrictEqual({ code: 0, output: 'false\n' });
  });

  it('ends once it is disposed of, though the server is not there or hangs, and sees no unhandled rejection', async () => {
    await using silent = await scriptedServer(() => {});
    for (const name of [silent.name, '127.0.0.1:1']) {
      const end = await runProgram(`${OPEN(`{ servers: '${name}', timeoutMs: 100, failureLimit: 1 }`)}
        console.log(await storage.getItem('k'));
        await storage.setItem('k', 'v');
        storage.setItem('not', 'awaited');
        storage.getItems(['k', 'l']);
        await storage.dispose();
        await storage.dispose();
        console.log(driver.failures > 1);`);
      expect(end).toStrictEqual({ code: 0, output: 'null\ntrue\n' });
    }
  });

  if (!expectsMemcached()) return;

  it('ends once it is disposed of', async () => {
    await using server = await startMemcached();
    const end = await runProgram(`${OPEN(`'${server.name}'`)}
      await storage.setItem('k', { a: 1 });
      console.log(await storage.getItem('k'), await storage.getKeys());
      await storage.dispose();`);
    expect(end).toStrictEqual({ code: 0, output: "{ a: 1 } [ 'k' ]\n" });
  });
});
