import type { MemcachedClient } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { OPERATION_ROWS } from '../operation-rows.js';
import { rejections } from '../rejection.js';

const BAD_TTLS: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** 31,
  2 ** 31 - 1,
  new Date(Number.NaN),
  new Date(2 ** 31 * 1000),
  '60',
  '1\r\nflush_all',
  60n,
  null,
  {},
];

const BAD_DELTAS: readonly unknown[] = [
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  2 ** 64,
  -1n,
  2n ** 64n,
  '1',
  '1\r\nflush_all',
];

const BAD_CAS_IDS: readonly unknown[] = [0n, -1n, 2n ** 64n, 1, '1', undefined, null];

const BAD_TIMEOUTS: readonly unknown[] = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '100'];

/** Calls every operation that takes a ttl. */
function callsWithTtl(client: MemcachedClient, key: string, ttl: unknown): Promise<unknown>[] {
  const options = { ttl: ttl as number };
  return [
    client.set(key, 'v', options),
    client.add(key, 'v', options),
    client.replace(key, 'v', options),
    client.cas(key, 'v', 1n, options),
    client.setMulti({ [key]: 'v' }, options),
    client.addMulti({ [key]: 'v' }, options),
    client.touch(key, ttl as number),
    client.getAndTouch(key, ttl as number),
  ];
}

async function expectAllRefused(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const error of await rejections(calls, 'MC_INVALID_ARGUMENT')) {
    expect(error).toMatchObject({ name: 'InvalidArgumentError', written: 'no' });
  }
}

/** Arguments that are refused before a byte is written. */
export const argumentTests: ClientTests = {
  'a ttl that no server could hold': async ({ client, faults, key }) => {
    const written = faults.bytesWritten;
    for (const ttl of BAD_TTLS) await expectAllRefused(callsWithTtl(client, key(), ttl));
    expect(faults.bytesWritten).toBe(written);
  },
  'a delta that no server could take': async ({ client, faults, key }) => {
    const written = faults.bytesWritten;
    for (const bad of BAD_DELTAS) {
      const delta = bad as number;
      await expectAllRefused([
        client.incr(key(), delta),
        client.decr(key(), delta),
        client.incrMulti([key()], { delta }),
      ]);
    }
    expect(faults.bytesWritten).toBe(written);
  },
  'a CAS id that no server gives': async ({ client, faults, key }) => {
    const written = faults.bytesWritten;
    for (const cas of BAD_CAS_IDS) await expectAllRefused([client.cas(key(), 'v', cas as bigint)]);
    expect(faults.bytesWritten).toBe(written);
  },
  'a deadline that is none': async ({ client, faults, key, open }) => {
    const written = faults.bytesWritten;
    for (const bad of BAD_TIMEOUTS) {
      const timeoutMs = bad as number;
      await expectAllRefused(OPERATION_ROWS.map(({ call }) => call(client, key(), { timeoutMs })));
      await expectAllRefused([
        client.flushAll(0, { timeoutMs }),
        client.stats(undefined, { timeoutMs }),
        client.version({ timeoutMs }),
      ]);
      expect(() => open({ timeoutMs })).toThrow(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
    }
    expect(faults.bytesWritten).toBe(written);
  },
  'a flush delay or a statistics group that would be another command': async ({ client, faults }) => {
    const written = faults.bytesWritten;
    for (const delay of [Number.NaN, -1, Number.POSITIVE_INFINITY, 2 ** 31, '0\r\nversion']) {
      await expectAllRefused([client.flushAll(delay as number)]);
    }
    await expectAllRefused([client.stats('items\r\nflush_all'), client.stats(''), client.stats(5 as never)]);
    expect(faults.bytesWritten).toBe(written);
  },
  'entries and keys that are no such thing': async ({ client, key }) => {
    for (const bad of [null, undefined, 5]) {
      await expectAllRefused([
        client.getMulti(bad as never),
        client.getsMulti(bad as never),
        client.deleteMulti(bad as never),
        client.incrMulti(bad as never),
        client.setMulti(bad as never),
        client.addMulti(bad as never),
      ]);
    }
    await expectAllRefused([client.setMulti([key()] as never)]);
  },
  'options that are none of a client': async ({ open }) => {
    const refused = expect.objectContaining({ code: 'MC_CONFIGURATION', name: 'ConfigurationError' });
    expect(() => open({ servers: [] })).toThrow(refused);
    expect(() => open({ servers: ['host:99999'] })).toThrow(refused);
    expect(() => open({ servers: ['same:1', 'same:1'] })).toThrow(refused);
    expect(() => open({ servers: ['memcacheds://host'] })).toThrow(refused);
    expect(() => open({ servers: ['memcached://user:secret@host'] })).toThrow(refused);
    expect(() => open({ failureLimit: 0 })).toThrow(refused);
    expect(() => open({ maxQueuedCalls: -1 })).toThrow(refused);
    expect(() => open({ retries: 0.5 })).toThrow(refused);
    expect(() => open({ onServerFailure: 'ignore' as never })).toThrow(refused);
  },
};
