import { expectsMemcached, healthyScript, scriptedServer, startMemcached } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../test/run-program.js';

/** Most tests start a process, and one starts two. */
const LIMIT_MS = 90_000;
const IMPORT = "import { createClient } from '@mc/memcached';";

describe('a process with a client', { timeout: LIMIT_MS }, () => {
  it('ends by itself once the client is closed', async () => {
    await using server = await scriptedServer(healthyScript);
    const end = await runProgram(`${IMPORT}
      const client = createClient({ servers: '${server.name}', timeoutMs: 20_000, connectionTimeoutMs: 20_000 });
      console.log(await client.get('k'));
      await client.close();`);
    expect(end).toStrictEqual({ code: 0, output: 'value of k\n' });
  });

  it('ends though the server never closes its side', async () => {
    await using server = await scriptedServer(
      async (connection) => {
        await connection.request();
        await connection.reply('END\r\n');
      },
      { allowHalfOpen: true },
    );
    const end = await runProgram(`${IMPORT}
      const client = createClient({ servers: '${server.name}', timeoutMs: 20_000, connectionTimeoutMs: 20_000 });
      console.log(await client.get('k'));
      await client.close();`);
    expect(end).toStrictEqual({ code: 0, output: 'undefined\n' });
  });

  it('ends though the server hangs or is not there', async () => {
    await using silent = await scriptedServer(() => {});
    await using away = await scriptedServer(() => {});
    await away.refuse();
    for (const name of [silent.name, away.name]) {
      const end = await runProgram(`${IMPORT}
        const client = createClient({ servers: '${name}', timeoutMs: 100, failureLimit: 1, retryTimeoutMs: 10 });
        for (let i = 0; i < 3; i++) await client.get('k').catch((error) => console.log(error.name));
        await client.close();`);
      expect(end.code).toBe(0);
      expect(end.output).toMatch(/^((Timeout|Connection|ServerDown)Error\n){3}$/);
    }
  });

  it('ends with a client that was never used', async () => {
    expect(await runProgram(`${IMPORT} createClient('127.0.0.1:1'); console.log('made');`)).toStrictEqual({
      code: 0,
      output: 'made\n',
    });
  });

  it('stays alive while a client is open', async () => {
    await using server = await scriptedServer(healthyScript);
    const end = await runProgram(
      `${IMPORT}
      const client = createClient({ servers: '${server.name}', timeoutMs: 20_000, connectionTimeoutMs: 20_000 });
      console.log(await client.get('k'));`,
      700,
    );
    expect(end).toStrictEqual({ code: null, output: 'value of k\n' });
  });

  it('sees no unhandled rejection, whatever fails and however it is awaited', async () => {
    await using garbage = await scriptedServer(async (connection) => {
      await connection.request();
      await connection.reply('garbage\r\n');
    });
    await using closing = await scriptedServer((connection) => connection.reset());
    const end = await runProgram(`${IMPORT}
      const client = createClient({ servers: ['${garbage.name}', '${closing.name}'], timeoutMs: 100, retryTimeoutMs: 20 });
      const keys = Array.from({ length: 50 }, (_, i) => 'key-' + i);
      let failed = 0;
      const count = () => { failed++; };
      for (let round = 0; round < 3; round++) {
        const abort = new AbortController();
        const calls = keys.flatMap((key) => [client.get(key, { signal: abort.signal }), client.set(key, 1), client.incr(key)]);
        calls.push(client.getMulti(keys), client.setMulti(keys.map((key) => [key, 1])), client.stats(), client.flushAll());
        setTimeout(() => abort.abort(), 5);
        // The other calls are awaited late: their rejections must not count as unhandled meanwhile, since each has a handler.
        await Promise.all(calls.map((call) => call.catch(count)));
      }
      await client.close();
      console.log(failed);`);
    expect(end).toStrictEqual({ code: 0, output: `${3 * 154}\n` });
  });
});

if (expectsMemcached()) {
  describe('the quickstart', { timeout: LIMIT_MS }, () => {
    it('runs', async () => {
      await using server = await startMemcached();
      const end = await runProgram(`${IMPORT}
        const client = createClient('${server.name}');
        await client.set('user:1', { name: 'Ada' }, { ttl: 60 });
        console.log(await client.get('user:1'));
        await client.close();`);
      expect(end).toStrictEqual({ code: 0, output: "{ name: 'Ada' }\n" });
    });
  });
}
