import type { ClientEvents, MemcachedError } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { OPERATION_ROWS } from '../operation-rows.js';
import { rejection } from '../rejection.js';
import { POLL } from '../waiting.js';

const UNREACHABLE = ['MC_CONNECT_FAILED', 'MC_SERVER_DOWN', 'MC_TIMEOUT_UNSENT'];

/** Servers that cannot be reached or break the connection. */
export const failureTests: ClientTests = {
  'an unreachable server is an error for every operation, never a miss': async ({ open, faults, key }) => {
    const client = open();
    faults.refuse();
    try {
      for (const { name, call } of OPERATION_ROWS) {
        const error = await rejection(call(client, key()));
        const codes = [error, ...partsOf(error)].map((part) => part.code);
        expect(
          codes.some((code) => UNREACHABLE.includes(code)),
          `${name}: ${codes}`,
        ).toBe(true);
      }
    } finally {
      faults.accept();
    }
  },
  "with onServerFailure 'miss' reads miss, writes are false and an event tells": async ({
    open,
    faults,
    key,
  }) => {
    const client = open({ onServerFailure: 'miss' });
    const seen: ClientEvents['failure'][] = [];
    client.on('failure', (detail) => seen.push(detail));
    faults.refuse();
    try {
      for (const { name, call, unreachable } of OPERATION_ROWS) {
        if (unreachable === undefined) continue;
        const before = seen.length;
        if (unreachable === 'rejects') {
          await rejection(call(client, key()));
          continue;
        }
        expect(await call(client, key()), name).toStrictEqual(unreachable.resolvesTo);
        expect(seen.length, name).toBeGreaterThan(before);
        const { operation, error } = seen.at(-1) ?? {};
        expect(operation).toBe(name);
        expect(UNREACHABLE).toContain(error?.code);
      }
      expect(await client.get(key(), { fallback: 'other' })).toBe('other');
    } finally {
      faults.accept();
    }
  },
  'with() replaces onServerFailure, both ways': async ({ open, faults, key }) => {
    const hiding = open({ onServerFailure: 'miss' });
    const telling = hiding.with({ onServerFailure: 'throw' });
    faults.refuse();
    try {
      expect(UNREACHABLE).toContain((await rejection(telling.get(key()))).code);
      expect(UNREACHABLE).toContain((await rejection(telling.set(key(), 1))).code);
      expect(await hiding.get(key())).toBeUndefined();
      expect(await hiding.with({}).set(key(), 1)).toBe(false);
      expect(await telling.with({ onServerFailure: 'miss' }).get(key())).toBeUndefined();
    } finally {
      faults.accept();
    }
    expect(() => hiding.with({ onServerFailure: 'ignore' as never })).toThrow('onServerFailure');
  },
  "'miss' hides neither bad arguments nor refusals nor unreadable values": async ({ open, raw, key }) => {
    const client = open({ onServerFailure: 'miss' });
    await rejection(client.get('bad key'), 'MC_INVALID_KEY');
    await rejection(client.set(key(), new Uint8Array(2 ** 21)), 'MC_VALUE_TOO_LARGE');
    await raw.set(key(), { data: 'x', flags: 7 << 5 });
    await rejection(client.get(key()), 'MC_DECODE');
  },
  'a server marked down fails at once, is probed, and comes back by itself': async ({
    open,
    faults,
    key,
  }) => {
    const client = open({ failureLimit: 2, retryTimeoutMs: 30 });
    const events: string[] = [];
    for (const event of ['connect', 'down', 'up'] as const) client.on(event, () => events.push(event));
    faults.refuse();
    await rejection(client.get(key()), 'MC_CONNECT_FAILED');
    // After an attempt, calls fail at once for a moment without another one.
    const lastCode = async (): Promise<string> => (await rejection(client.get(key()))).code;
    await expect.poll(lastCode, POLL).toBe('MC_SERVER_DOWN');
    expect(events).toStrictEqual(['down']);
    const error = await rejection(client.get(key()), 'MC_SERVER_DOWN');
    expect(error).toMatchObject({ name: 'ServerDownError', written: 'no', server: expect.any(String) });
    faults.accept();
    // Each probe that failed on a busy machine doubled the wait for the next one.
    await expect.poll(() => events.at(-1), { ...POLL, timeout: 40_000 }).toBe('up');
    expect(await client.get(key())).toBeUndefined();
    expect(await client.set(key(), 'v')).toBe(true);
  },
  'a connection that breaks fails the write in flight and is made anew': async ({ open, faults, key }) => {
    const client = open();
    await client.set(key(), 'v');
    faults.hold();
    const written = faults.bytesWritten;
    const call = rejection(client.set(key(), 'w'), 'MC_CONNECTION_LOST');
    await expect.poll(() => faults.bytesWritten, POLL).toBeGreaterThan(written);
    faults.cut();
    faults.release();
    expect(await call).toMatchObject({ name: 'ConnectionError', written: 'maybe' });
    expect(await client.set(key(), 'x')).toBe(true);
    expect(await client.get(key())).toBe('x');
  },
  'a read that is lost with its connection is sent again': async ({ open, faults, key }) => {
    const client = open();
    await client.set(key(), 'v');
    faults.hold();
    const written = faults.bytesWritten;
    const calls = [client.get(key()), client.gets(key()), client.getMulti([key()])];
    await expect.poll(() => faults.bytesWritten, POLL).toBeGreaterThan(written);
    faults.cut();
    faults.release();
    const [value, withCas, found] = await Promise.all(calls);
    expect(value).toBe('v');
    expect(withCas).toMatchObject({ value: 'v' });
    expect(found).toStrictEqual(new Map([[key(), 'v']]));
  },
  'a connection that ends while idle troubles nobody': async ({ open, faults, key }) => {
    const client = open();
    await client.set(key(), 'v');
    const ended: ClientEvents['disconnect'][] = [];
    client.on('disconnect', (detail) => ended.push(detail));
    faults.cut();
    await expect.poll(() => ended.length, POLL).toBe(1);
    expect(await client.incr(key()).catch((error: MemcachedError) => error.code)).toBe('MC_CLIENT_ERROR');
    expect(await client.get(key())).toBe('v');
  },
  'a listener that is removed hears no more': async ({ open, faults, key }) => {
    const client = open();
    let heard = 0;
    const remove = client.on('connect', () => {
      heard += 1;
    });
    remove();
    remove();
    await client.get(key());
    expect(heard).toBe(0);
    faults.cut();
    expect(await client.get(key())).toBeUndefined();
  },
};

/** The errors behind a failure of a batch. */
function partsOf(error: object): MemcachedError[] {
  return 'errors' in error && error.errors instanceof Map ? [...error.errors.values()] : [];
}
