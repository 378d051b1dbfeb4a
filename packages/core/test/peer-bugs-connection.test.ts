import { createClient } from '@mc/memcached';
import { expectsMemcached, healthyReply, healthyScript, valueBlock, valueFor } from '@mc/testing';
import { OPERATION_ROWS, rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, SOON_MS, startReal, startScripted } from './open-client.js';

/** Values name their keys, so a reply that reaches the wrong caller shows. */
const misplaced = (keys: readonly string[], results: readonly unknown[]): unknown[] =>
  results.filter(
    (result, index) =>
      typeof result === 'string' && result.startsWith('value of ') && result !== valueFor(keys[index] ?? ''),
  );

describe('bugs known from other clients: connections', () => {
  it('B3: a call in flight settles when the server hangs, closes or resets', async () => {
    for (const end of ['hang', 'end', 'reset'] as const) {
      const server = await startScripted(async (connection) => {
        await connection.request();
        if (end !== 'hang') connection[end]();
      });
      // Only who hangs is waited for to the deadline.
      const timeoutMs = end === 'hang' ? 200 : 60_000;
      const client = openClient(server.address, { timeoutMs, connectionTimeoutMs: 60_000, retries: 0 });
      for (const { call } of OPERATION_ROWS) {
        const started = performance.now();
        await rejection(call(client, 'k'));
        expect(performance.now() - started).toBeLessThan(SOON_MS);
        if (end !== 'hang') continue;
        break;
      }
    }
  });

  it('B4: timeouts fire under steady traffic', async () => {
    const server = await startScripted(() => {});
    const client = openClient(server.address, { timeoutMs: 120, connectionTimeoutMs: 60_000 });
    const started = performance.now();
    const ended: unknown[] = [];
    const first = outcome(client.get('first')).then((code) => ended.push(code));
    const steady: Promise<unknown>[] = [];
    while (ended.length === 0 && performance.now() - started < SOON_MS) {
      steady.push(outcome(client.set('k', 1)));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // While the others still came.
    expect(ended).toStrictEqual([expect.stringMatching(/^MC_TIMEOUT/)]);
    await first;
    for (const one of await Promise.all(steady)) expect(one).toMatch(/^MC_TIMEOUT/);
  });

  it('B5: a reply that was cut leaves nothing for the next connection', async () => {
    const cuts = [
      `${valueBlock('k', 'SECRET')}`,
      'VALUE k 16 600\r\nSECRET',
      'VALUE k 16 6\r\nSECRET',
      'VALUE k 16 6\r\nSECRET\r\nEN',
      'VALUE k 16 6',
      'VAL',
    ];
    for (const cut of cuts) {
      const server = await startScripted(async (connection) => {
        if (connection.index === 0) {
          await connection.request();
          await connection.reply(cut);
          return connection.end();
        }
        for await (const { keys } of connection.requests()) {
          const found = keys.filter((key) => !key.startsWith('missing'));
          await connection.reply(`${found.map((key) => valueBlock(key)).join('')}END\r\n`);
        }
      });
      const client = openClient(server.address, { retries: 0 });
      let ended = 0;
      client.on('disconnect', () => {
        ended += 1;
      });
      // The first of these is a whole value without END; a part of one is never given out.
      const allowed = cut === cuts[0] ? ['SECRET', 'MC_CONNECTION_LOST'] : ['MC_CONNECTION_LOST'];
      expect(allowed).toContain(await outcome(client.get('k')));
      await expect.poll(() => ended).toBe(1);
      expect(await client.get('missing-1')).toBeUndefined();
      expect(await client.get('a')).toBe(valueFor('a'));
      expect(await client.getMulti(['missing-2', 'b'])).toStrictEqual(new Map([['b', valueFor('b')]]));
    }
  });

  it('B5b: a client recovers from a cut reply at once and for good', async () => {
    const server = await startScripted(async (connection) => {
      if (connection.index > 0) return healthyScript(connection);
      await connection.request();
      await connection.reply('VALUE k 16 999999\r\nhalf');
      connection.reset();
    });
    const client = openClient(server.address, { retries: 0 });
    await rejection(client.get('k'), 'MC_CONNECTION_LOST');
    for (let call = 0; call < 10; call += 1) expect(await client.get('k')).toBe(valueFor('k'));
  });

  it('B7: many first calls make one socket, and close() leaves none', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    await Promise.all(Array.from({ length: 50 }, (_, index) => client.get(`key-${index}`)));
    expect(server.connections.length).toBe(1);
    await client.close();
    await expect.poll(() => server.openConnections).toBe(0);
  });

  it('B7: the late end of an old connection does not touch the new one', async () => {
    const server = await startScripted(
      async (connection) => {
        if (connection.index > 0) return healthyScript(connection);
        await connection.request();
        // Wrong, so the client drops this connection; our side of it stays open for a while.
        await connection.reply('garbage\r\n');
      },
      { allowHalfOpen: true },
    );
    const client = openClient(server.address, { retries: 0 });
    await rejection(client.get('k'), 'MC_PROTOCOL');
    expect(await client.get('a')).toBe(valueFor('a'));
    server.connections[0]?.end();
    await server.connections[0]?.closed;
    expect(await client.get('b')).toBe(valueFor('b'));
    expect(server.connections.length).toBe(2);
    await client.close();
    await expect.poll(() => server.openConnections).toBe(0);
  });

  it('B8: an increment that timed out is not sent again', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (request.verb !== 'incr') await connection.reply(healthyReply(request));
      }
    });
    const client = openClient(server.address, { timeoutMs: 300, connectionTimeoutMs: 600, retries: 5 });
    await client.get('warm', { timeoutMs: 5000 });
    const error = await rejection(client.incr('k'));
    expect(error.written).toBe('maybe');
    await expect.poll(() => outcome(client.get('a'))).toBe(valueFor('a'));
    expect(server.received.split('incr k 1\r\n').length - 1).toBe(1);
  });

  it('B9: a bad-key reply shifts nothing', async () => {
    const server = await startScripted(async (connection) => {
      let first = connection.index === 0;
      for await (const request of connection.requests()) {
        // Two error lines for one request, as a server says them to a line it could not read.
        await connection.reply(
          first ? 'CLIENT_ERROR bad command line format\r\nERROR\r\n' : healthyReply(request),
        );
        first = false;
      }
    });
    const client = openClient(server.address, { mergeGets: false, retries: 0 });
    const keys = ['bad', 'a', 'b', 'c'];
    const results = await Promise.all([
      ...keys.map((key) => outcome(client.get(key))),
      outcome(client.version()),
    ]);
    expect(misplaced(keys, results)).toStrictEqual([]);
    expect(results[0]).toBe('MC_PROTOCOL');
    expect(await Promise.all(keys.map((key) => client.get(key)))).toStrictEqual(keys.map(valueFor));
    expect(await client.version()).toStrictEqual(new Map([[server.name, '1.6.18']]));
  });

  it('B10: calls made at once each get their own reply', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) await connection.drip(healthyReply(request));
    });
    const client = openClient(server.address, { timeoutMs: 10_000, mergeGets: false });
    const results = await Promise.all([
      client.get('a'),
      client.incr('n'),
      client.get('b'),
      client.set('c', 1),
      client.gets('d'),
      client.version(),
      client.get('e'),
    ]);
    expect(results).toStrictEqual([
      valueFor('a'),
      1,
      valueFor('b'),
      true,
      { value: valueFor('d'), cas: 1n },
      new Map([[server.name, '1.6.18']]),
      valueFor('e'),
    ]);
  });

  it('B17: one dead host stalls nobody and its queue has a limit', async () => {
    const good = await startScripted(healthyScript);
    const dead = await startScripted(() => {});
    const client = openClient([good.address, dead.address], {
      timeoutMs: 60_000,
      connectionTimeoutMs: 120_000,
      maxQueuedCalls: 1000,
    });
    const keys = Array.from({ length: 3000 }, (_, index) => `key-${index}`);
    const onDead = keys.filter((key) => client.serverFor(key).name === dead.name);
    const started = performance.now();
    const abort = new AbortController();
    const lost = onDead.map((key) => outcome(client.set(key, 1, { signal: abort.signal })));
    const fine = keys.filter((key) => !onDead.includes(key)).slice(0, 500);
    expect(await Promise.all(fine.map((key) => client.get(key)))).toStrictEqual(fine.map(valueFor));
    // The calls to the dead host hang all the while.
    expect(performance.now() - started).toBeLessThan(SOON_MS);
    abort.abort();
    const codes = await Promise.all(lost);
    expect(codes.filter((code) => code === 'MC_QUEUE_FULL').length).toBe(onDead.length - 1000);
    expect(codes.filter((code) => /^MC_ABORTED/.test(String(code))).length).toBe(1000);
  });

  it('B21: a reply of another form is never a value by luck', async () => {
    const server = await startScripted(async (connection) => {
      if (connection.index > 0) return healthyScript(connection);
      await connection.request();
      await connection.reply('42\r\n');
    });
    const client = openClient(server.address, { retries: 0 });
    await rejection(client.get('k'), 'MC_PROTOCOL');
    expect(await client.get('k')).toBe(valueFor('k'));
  });

  it('B22: bad configuration throws where it is written', () => {
    const bad = [
      '',
      'host:port',
      'host:0',
      'host:65536',
      'memcached://',
      'http://host',
      '[::1',
      '::1',
      'a b',
      'host:1:2:3',
    ];
    for (const server of bad) {
      expect(() => createClient(server), server).toThrow(
        expect.objectContaining({ code: 'MC_CONFIGURATION' }),
      );
    }
    expect(() => createClient([])).toThrow(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
    expect(() => createClient(['same:1', 'same:1'])).toThrow(
      expect.objectContaining({ code: 'MC_CONFIGURATION' }),
    );
  });

  it('B24: a dead server with default options is an error soon', async () => {
    const server = await startScripted(healthyScript);
    await server.refuse();
    const client = createClient(server.name);
    const started = performance.now();
    expect(['MC_CONNECT_FAILED', 'MC_TIMEOUT_UNSENT']).toContain(await outcome(client.get('k')));
    expect(performance.now() - started).toBeLessThan(SOON_MS);
    await client.close();
  });
});

if (expectsMemcached()) {
  describe('bugs known from other clients: starting cold', () => {
    it('B23: a hundred calls before the first connection all succeed', async () => {
      const server = await startReal();
      const client = openClient(server.address, { retries: 0, failureLimit: 1 });
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) => client.set(`key-${index}`, index)),
      );
      expect(new Set(results)).toStrictEqual(new Set([true]));
      expect((await client.stats()).get(server.name)?.get('total_connections')).toMatch(/^\d+$/);
    });

    it('B13: nothing happens at the ten-thousandth request, nor at any other', async () => {
      const server = await startReal();
      const client = openClient(server.address, { timeoutMs: 10_000 });
      await client.set('k', 'v');
      for (let batch = 0; batch < 20; batch += 1) {
        const results = await Promise.all(Array.from({ length: 5000 }, () => client.get('k')));
        expect(new Set(results)).toStrictEqual(new Set(['v']));
      }
    });
  });
}
