import type { ClientOptions, Compressor, MemcachedClient } from '@mc/core';
import { expectsMemcached } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, SOON_MS, startReal, startScripted } from './open-client.js';

const TEXT = 'text long enough to be worth compressing';
const SMALL = 'short';
const MIN_BYTES = 10;

/** A compressor that takes its time; without a time it never ends. */
function slowCompressor(ms?: number): Compressor {
  return {
    name: 'slow',
    id: 7,
    compress: (data) =>
      new Promise((resolve) => {
        if (ms !== undefined) setTimeout(() => resolve(data.subarray(0, 1)), ms);
      }),
    decompress: () => Buffer.from(TEXT),
  };
}

const STORES: Readonly<Record<string, (client: MemcachedClient, options?: object) => Promise<unknown>>> = {
  set: (client, options) => client.set('k', TEXT, options),
  add: (client, options) => client.add('k', TEXT, options),
  setMulti: (client, options) => client.setMulti({ k: TEXT, other: 1 }, options),
  addMulti: (client, options) => client.addMulti({ k: TEXT, other: 1 }, options),
};

/** The codes of a failure; of a batch those of its parts. */
async function codesOf(call: Promise<unknown>): Promise<ReadonlySet<unknown>> {
  const error = (await rejection(call)) as { code: string; errors?: ReadonlyMap<unknown, { code: string }> };
  return new Set([...(error.errors?.values() ?? [error])].map(({ code }) => code));
}

/** Packing takes most of a call's time, and only calls time out. */
const SLOW_AND_PATIENT: Partial<ClientOptions> = {
  compressor: slowCompressor(3000),
  minCompressLen: MIN_BYTES,
  timeoutMs: 3500,
  connectionTimeoutMs: 60_000,
};

/** Less than packing and a whole deadline behind it. */
const ONE_DEADLINE_MS = 6000;

describe('a value that is packed slowly', () => {
  it('for a server that hangs: the call has one deadline for both', async () => {
    const server = await startScripted(() => {});
    const started = performance.now();
    const ends = Object.entries(STORES).map(async ([name, store]) => {
      const codes = await codesOf(store(openClient(server.address, SLOW_AND_PATIENT)));
      for (const code of codes) expect(code, name).toMatch(/^MC_TIMEOUT/);
      expect(performance.now() - started, name).toBeLessThan(ONE_DEADLINE_MS);
    });
    await Promise.all(ends);
  });

  it('and calls that wait behind it: each has one deadline', async () => {
    const server = await startScripted(() => {});
    const client = openClient(server.address, SLOW_AND_PATIENT);
    const started = performance.now();
    const calls = [client.set('k', TEXT), client.get('k'), client.getMulti(['k']), client.deleteMulti(['k'])];
    for (const codes of await Promise.all(calls.map(codesOf))) {
      for (const code of codes) expect(code).toMatch(/^MC_TIMEOUT/);
    }
    expect(performance.now() - started).toBeLessThan(ONE_DEADLINE_MS);
  });
});

describe('a value whose packing never ends', () => {
  const hanging = { compressor: slowCompressor(), minCompressLen: MIN_BYTES, timeoutMs: 60_000 };

  for (const [name, store] of Object.entries(STORES)) {
    it(`is given up at once where it is aborted (${name})`, async () => {
      const server = await startScripted(() => {});
      const client = openClient(server.address, hanging);
      const abort = new AbortController();
      const call = rejection(store(client, { signal: abort.signal }), 'MC_ABORTED_UNSENT');
      const started = performance.now();
      setImmediate(() => abort.abort('enough'));
      expect(await call).toMatchObject({ name: 'AbortError', cause: 'enough' });
      expect(performance.now() - started).toBeLessThan(SOON_MS);
      expect(server.received).toBe('');
    });
  }

  it('gives up those that wait behind it at once where they are aborted', async () => {
    const server = await startScripted(() => {});
    const client = openClient(server.address, hanging);
    const [packing, waiting] = [new AbortController(), new AbortController()];
    const first = outcome(client.set('k', TEXT, { signal: packing.signal }));
    const { signal } = waiting;
    const calls = [
      client.get('k', { signal }),
      client.getMulti(['k'], { signal }),
      client.setMulti({ k: SMALL }, { signal }),
      client.flushAll(0, { signal }),
    ];
    const started = performance.now();
    setImmediate(() => waiting.abort());
    for (const codes of await Promise.all(calls.map(codesOf))) {
      expect(codes).toStrictEqual(new Set(['MC_ABORTED_UNSENT']));
    }
    expect(performance.now() - started).toBeLessThan(SOON_MS);
    packing.abort();
    expect(await first).toBe('MC_ABORTED_UNSENT');
    expect(server.received).toBe('');
  });

  if (!expectsMemcached()) return;

  for (const [name, store] of Object.entries(STORES)) {
    for (const end of ['timeout', 'abort'] as const) {
      it(`holds up its key no longer than its own ${end} (${name})`, async () => {
        const server = await startReal();
        const plain = openClient(server.address);
        await plain.set('k', 'old');
        const client = openClient(server.address, { ...hanging, timeoutMs: 20_000 });
        const abort = new AbortController();
        const stuck = outcome(
          store(client, end === 'timeout' ? { timeoutMs: 200 } : { signal: abort.signal }),
        );
        const behind = Promise.all([
          client.get('k'),
          client.getMulti(['k', 'l']),
          client.append('k', '+'),
          client.gets('k'),
        ]);
        if (end === 'abort') setImmediate(() => abort.abort());
        expect(await stuck).toBe(end === 'timeout' ? 'MC_TIMEOUT_UNSENT' : 'MC_ABORTED_UNSENT');
        expect(await behind).toStrictEqual([
          'old',
          new Map([['k', 'old']]),
          true,
          { value: 'old+', cas: expect.any(BigInt) },
        ]);
        expect(await client.set('k', SMALL)).toBe(true);
        expect(await client.flushAll()).toBe(true);
        expect(await client.get('k')).toBeUndefined();
        await client.close();
        expect(await outcome(client.get('k'))).toBe('MC_CLOSED');
      });
    }

    it(`does not keep the client from closing (${name})`, async () => {
      const server = await startReal();
      const client = openClient(server.address, { ...hanging, timeoutMs: 200 });
      const stuck = outcome(store(client));
      const started = performance.now();
      await client.close();
      expect(await stuck).toMatch(/^MC_(TIMEOUT_UNSENT|CLOSED)$/);
      expect(performance.now() - started).toBeLessThan(SOON_MS);
    });
  }

  it('takes nothing from other keys', async () => {
    const server = await startReal();
    const client = openClient(server.address, { ...hanging, timeoutMs: 120_000 });
    const abort = new AbortController();
    const stuck = outcome(client.set('k', TEXT, { signal: abort.signal }));
    expect(await client.setMulti({ a: 1, b: 2 })).toStrictEqual([]);
    expect(await client.getMulti(['a', 'b'])).toStrictEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    abort.abort();
    expect(await stuck).toBe('MC_ABORTED_UNSENT');
  });
});
