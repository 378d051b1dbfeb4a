import { expectsMemcached, scriptedServer, startMemcached } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../test/run-program.js';

/** More than the programs of a test may take, each of which is killed at a deadline. */
const LIMIT_MS = 80_000;

const OPEN = (options: string): string => `
  import { memcachedSessions } from '@mc/adapter-express-session';
  const store = memcachedSessions(${options});
  const cookie = { expires: new Date(Date.now() + 60_000) };
  const get = (id) => new Promise((resolve, reject) =>
    store.get(id, (error, found) => error ? reject(error) : resolve(found)));`;

describe('a process with a session store', { timeout: LIMIT_MS }, () => {
  it('ends by itself with one that was never used', async () => {
    const end = await runProgram(`${OPEN("'127.0.0.1:1'")} console.log(typeof get);`);
    expect(end).toStrictEqual({ code: 0, output: 'function\n' });
  });

  it('ends once it is closed, though the server is not there or hangs, and sees no unhandled rejection', async () => {
    await using silent = await scriptedServer(() => {});
    for (const name of [silent.name, '127.0.0.1:1']) {
      const end = await runProgram(`${OPEN(`{ servers: '${name}', timeoutMs: 100, failureLimit: 1 }`)}
        console.log(store.isUnread(await get('id')));
        store.set('id', { cookie });
        store.touch('id', { cookie });
        store.destroy('id');
        store.clear();
        await store.close();
        await store.close();
        console.log(store.failures > 1);`);
      expect(end).toStrictEqual({ code: 0, output: 'true\ntrue\n' });
    }
  });

  it('sees what a callback throws as its own, once', async () => {
    const end = await runProgram(`${OPEN("{ servers: '127.0.0.1:1', failureLimit: 1 }")}
      let calls = 0;
      process.on('uncaughtException', (error) => console.log(error.message, calls));
      store.get('id', () => { calls += 1; throw new Error('thrown by the callback'); });
      await store.close();`);
    expect(end).toStrictEqual({ code: 0, output: 'thrown by the callback 1\n' });
  });

  if (!expectsMemcached()) return;

  it('ends once it is closed', async () => {
    await using server = await startMemcached();
    const end = await runProgram(`${OPEN(`'${server.name}'`)}
      await new Promise((resolve) => store.set('id', { user: 'Ada', cookie }, resolve));
      console.log((await get('id')).user);
      await store.close();`);
    expect(end).toStrictEqual({ code: 0, output: 'Ada\n' });
  });
});
