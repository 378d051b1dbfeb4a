import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { OPERATION_ROWS } from '../operation-rows.js';
import { rejection, rejections } from '../rejection.js';
import { isOverWithin, POLL } from '../waiting.js';

const SHORT_MS = 60;
const LONG_MS = 20_000;
/** A deadline may be 20 ms late; the rest is for a busy machine. Counted by {@link isOverWithin}. */
const LATE_MS = 400;

/** timeoutMs and signal, of every operation. */
export const cancelTests: ClientTests = {
  'every operation settles at its deadline when the server is silent': async ({ open, faults, key }) => {
    const client = open();
    await client.get(key());
    faults.hold();
    try {
      const started = performance.now();
      const calls = OPERATION_ROWS.map(({ call }) => call(client, key(), { timeoutMs: SHORT_MS }));
      const areInTime = isOverWithin(Promise.allSettled(calls), SHORT_MS + LATE_MS);
      for (const [index, call] of calls.entries()) {
        const error = await rejection(call);
        const row = OPERATION_ROWS[index];
        const codes = [error.code, ...partCodes(error)];
        expect(codes, row?.name).toContain('MC_TIMEOUT');
        expect(performance.now() - started).toBeGreaterThanOrEqual(SHORT_MS - 2);
      }
      expect(await areInTime).toBe(true);
    } finally {
      faults.release();
    }
  },
  'calls to whole servers settle at their deadline, and end with their signal': async ({
    open,
    faults,
    key,
  }) => {
    const client = open();
    await client.set(key(), 'v');
    faults.hold();
    try {
      const options = { timeoutMs: SHORT_MS };
      const late = [
        client.stats(undefined, options),
        client.version(options),
        client.stats('settings', options),
      ];
      const areInTime = isOverWithin(Promise.allSettled(late), SHORT_MS + LATE_MS);
      for (const error of await rejections(late)) {
        expect([error.code, ...partCodes(error)]).toContain('MC_TIMEOUT');
      }
      expect(await areInTime).toBe(true);
      const abort = new AbortController();
      const calls = rejections([
        client.version({ signal: abort.signal }),
        client.stats('items', { signal: abort.signal }),
      ]);
      abort.abort();
      for (const error of await calls) {
        expect([error.code, ...partCodes(error)].some((code) => code.startsWith('MC_ABORTED'))).toBe(true);
      }
    } finally {
      faults.release();
    }
  },
  'a late reply is dropped and the next call is right': async ({ open, faults, key }) => {
    const client = open();
    await client.setMulti({ [key('a')]: 'A', [key('b')]: 'B' });
    faults.hold();
    const late = await rejection(client.get(key('a'), { timeoutMs: SHORT_MS }), 'MC_TIMEOUT');
    expect(late).toMatchObject({ name: 'TimeoutError' });
    const waiting = client.get(key('b'));
    faults.release();
    expect(await waiting).toBe('B');
    expect(await client.get(key('a'))).toBe('A');
  },
  'the deadline of the client goes for calls that name none': async ({ open, faults, key }) => {
    const client = open({ timeoutMs: SHORT_MS });
    await client.set(key(), 'v', { timeoutMs: LONG_MS });
    faults.hold();
    try {
      const call = rejection(client.get(key()), 'MC_TIMEOUT');
      expect(await isOverWithin(call, SHORT_MS + LATE_MS)).toBe(true);
      await call;
      await rejection(client.with({ timeoutMs: SHORT_MS / 2 }).get(key()), 'MC_TIMEOUT');
    } finally {
      faults.release();
    }
    expect(await client.get(key(), { timeoutMs: LONG_MS })).toBe('v');
  },
  'a signal that is aborted already sends nothing': async ({ client, faults, key }) => {
    const written = faults.bytesWritten;
    const reason = new Error('no longer wanted');
    for (const { call } of OPERATION_ROWS) {
      const error = await rejection(
        call(client, key(), { signal: AbortSignal.abort(reason) }),
        'MC_ABORTED_UNSENT',
      );
      expect(error).toMatchObject({ name: 'AbortError', written: 'no', cause: reason });
    }
    expect(faults.bytesWritten).toBe(written);
  },
  'an abort before the tick ends takes the request back': async ({ client, key }) => {
    await client.set(key(), 'before');
    const abort = new AbortController();
    const call = client.set(key(), 'after', { signal: abort.signal });
    const read = client.get(key());
    abort.abort();
    await rejection(call, 'MC_ABORTED_UNSENT');
    expect(await read).toBe('before');
  },
  'an abort while the server is silent ends the call at once': async ({ open, faults, key }) => {
    const client = open();
    await client.set(key(), 'v');
    faults.hold();
    try {
      const written = faults.bytesWritten;
      const abort = new AbortController();
      const calls = OPERATION_ROWS.map(({ call }) => call(client, key(), { signal: abort.signal }));
      const outcomes = calls.map((call) => rejection(call));
      await expect.poll(() => faults.bytesWritten, POLL).toBeGreaterThan(written);
      abort.abort('why');
      for (const error of await Promise.all(outcomes)) {
        expect([error.code, ...partCodes(error)].some((code) => code.startsWith('MC_ABORTED'))).toBe(true);
      }
    } finally {
      faults.release();
    }
    expect(await client.set(key(), 'w')).toBe(true);
    expect(await client.get(key())).toBe('w');
  },
  'one aborted get of a merged line costs the others nothing': async ({ client, key }) => {
    const keys = ['a', 'b', 'c'].map((label) => key(label));
    await client.setMulti(keys.map((name) => [name, name] as const));
    const abort = new AbortController();
    const [a, b, c] = keys.map((name, index) =>
      client.get(name, index === 1 ? { signal: abort.signal } : {}),
    ) as [Promise<unknown>, Promise<unknown>, Promise<unknown>];
    const aborted = rejection(b);
    queueMicrotask(() => abort.abort());
    expect((await aborted).name).toBe('AbortError');
    expect(await Promise.all([a, c])).toStrictEqual([keys[0], keys[2]]);
    expect(await client.get(key('b'))).toBe(keys[1]);
  },
  'a signal that outlives its calls does not gather listeners': async ({ client, key }) => {
    const abort = new AbortController();
    const listeners = countListeners(abort.signal);
    await client.set(key(), 'v', { signal: abort.signal });
    await Promise.all(
      OPERATION_ROWS.map(({ call }) => call(client, key(), { signal: abort.signal }).catch(() => {})),
    );
    expect(listeners.count).toBe(0);
    abort.abort();
    expect(await client.get(key())).toBeUndefined();
  },
};

/** The codes behind a failure of a batch. */
function partCodes(error: object): string[] {
  if (!('errors' in error) || !(error.errors instanceof Map)) return [];
  return [...error.errors.values()].map((part: { code: string }) => part.code);
}

/** Counts the listeners of a signal as they come and go. */
function countListeners(signal: AbortSignal): { readonly count: number } {
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (type: string, listener: never, options?: never): void => {
    listeners.add(listener);
    addEventListener.call(signal, type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: never, options?: never): void => {
    listeners.delete(listener);
    removeEventListener.call(signal, type, listener, options);
  };
  return {
    get count() {
      return listeners.size;
    },
  };
}
