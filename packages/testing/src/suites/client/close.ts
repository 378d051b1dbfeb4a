import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { OPERATION_ROWS } from '../operation-rows.js';
import { rejection, rejections } from '../rejection.js';
import { isOverWithin, POLL } from '../waiting.js';

/** close() and what comes after it. */
export const closeTests: ClientTests = {
  'close() lets open calls settle, then closes every connection': async ({ open, client, faults, key }) => {
    const links = faults.openLinks;
    const closing = open();
    const calls = [closing.set(key(), 'v'), closing.get(key()), closing.getMulti([key(), key('missing')])];
    const done = closing.close();
    expect(await Promise.all(calls)).toStrictEqual([true, 'v', new Map([[key(), 'v']])]);
    await done;
    expect(faults.openLinks).toBe(links);
    expect(await client.get(key())).toBe('v');
  },
  'a closed client refuses every call with a ClosedError': async ({ open, key }) => {
    const client = open();
    await client.get(key());
    await client.close();
    for (const { call } of OPERATION_ROWS) {
      expect(await rejection(call(client, key()), 'MC_CLOSED')).toMatchObject({
        name: 'ClosedError',
        written: 'no',
      });
    }
    const others = [client.flushAll(), client.stats(), client.version(), client.asMap().has(key())];
    await rejections(others, 'MC_CLOSED');
  },
  'close() again, or of a client never used, is done at once': async ({ open, faults }) => {
    const links = faults.openLinks;
    const client = open();
    await Promise.all([client.close(), client.close()]);
    await client.close();
    expect(faults.openLinks).toBe(links);
  },
  'close() during the first connect ends cleanly': async ({ open, faults, key }) => {
    const links = faults.openLinks;
    const client = open();
    const call = client.set(key(), 'v').then(String, (error: { code: string }) => error.code);
    await client.close();
    expect(['true', 'MC_CLOSED']).toContain(await call);
    await expect.poll(() => faults.openLinks, POLL).toBe(links);
  },
  'close() does not wait for a silent server past the deadlines of the calls': async ({
    open,
    faults,
    key,
  }) => {
    const client = open();
    await client.get(key());
    faults.hold();
    try {
      const call = rejection(client.get(key(), { timeoutMs: 50 }), 'MC_TIMEOUT');
      expect(await isOverWithin(client.close(), 1000)).toBe(true);
      await call;
    } finally {
      faults.release();
    }
  },
  '`await using` closes': async ({ open, key }) => {
    const client = open();
    {
      await using used = client;
      await used.set(key(), 'v');
    }
    await rejection(client.get(key()), 'MC_CLOSED');
  },
};
