import type { Discovery, MemcachedClient } from '@mc/core';
import { randomFrom, testSeed } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scripted } from './discovery-list.js';

const LIST = { servers: ['one:1'] };
const LOOK_TIMEOUT_MS = 10_000;
const LONGEST_WAIT_MS = 2 ** 31 - 1;

beforeEach(() => {
  // The client takes its timers from the runtime when it is loaded: it is loaded anew, with these.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  vi.resetModules();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function open(servers: Discovery): Promise<MemcachedClient> {
  const { createClient } = await import('@mc/core');
  return createClient({ servers, transport: memoryTransport() });
}

/** A discovery that notes the time of each look, and how many have gone on at once. */
function timed(look: Discovery['look'], intervalMs: number): Discovery & { readonly times: number[] } {
  const times: number[] = [];
  return {
    name: 'timed',
    intervalMs,
    times,
    look: (signal) => {
      times.push(Date.now());
      return look(signal);
    },
  };
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, at) => time - (times[at] as number));
}

describe('looks', () => {
  it('are an interval apart, up to a fifth more or less, spread over all of that', async () => {
    const random = randomFrom(testSeed());
    vi.spyOn(Math, 'random').mockImplementation(() => random.integer(1_000_000) / 1_000_000);
    const discovery = timed(async () => LIST, 10_000);
    const client = await open(discovery);
    await vi.advanceTimersByTimeAsync(1000 * 10_000);
    await client.close();
    const waits = gaps(discovery.times);
    expect(waits.length).toBeGreaterThan(900);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(8000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_000);
    expect(Math.min(...waits), `seed ${random.seed}`).toBeLessThan(8100);
    expect(Math.max(...waits), `seed ${random.seed}`).toBeGreaterThan(11_900);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are at most about a second apart until there is a list, and not closer than their interval', async () => {
    for (const [intervalMs, shortest, longest] of [
      [60_000, 800, 1200],
      [100, 80, 120],
    ] as const) {
      const discovery = timed(() => Promise.reject(new Error('not yet')), intervalMs);
      const client = await open(discovery);
      await vi.advanceTimersByTimeAsync(20_000);
      await client.close();
      expect(discovery.times.length).toBeGreaterThan(10);
      expect(Math.min(...gaps(discovery.times))).toBeGreaterThanOrEqual(shortest);
      expect(Math.max(...gaps(discovery.times))).toBeLessThanOrEqual(longest);
    }
  });

  it('that fail later are not repeated sooner than their interval', async () => {
    const script = scripted([LIST, () => Promise.reject(new Error('no more'))], 60_000);
    const discovery = timed((signal) => script.look(signal), 60_000);
    const client = await open(discovery);
    await vi.advanceTimersByTimeAsync(600_000);
    await client.close();
    expect(discovery.times.length).toBeGreaterThan(7);
    expect(Math.min(...gaps(discovery.times))).toBeGreaterThanOrEqual(48_000);
  });

  it('wait the longest interval there is, rather than not at all', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999);
    const discovery = timed(async () => LIST, LONGEST_WAIT_MS);
    const client = await open(discovery);
    await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS - 1);
    expect(discovery.times.length).toBe(1);
    await vi.advanceTimersByTimeAsync(2);
    expect(discovery.times.length).toBe(2);
    await client.close();
  });

  it('keep the interval and the name that were checked', async () => {
    const discovery = timed(async () => LIST, 1000);
    const client = await open(discovery);
    Object.assign(discovery, { intervalMs: Number.NaN, name: 7 });
    await vi.advanceTimersByTimeAsync(10_000);
    await client.close();
    expect(Math.min(...gaps(discovery.times))).toBeGreaterThanOrEqual(800);
  });
});

describe('a look that does not end', () => {
  it('is given up after ten seconds, aborted, and followed by another', async () => {
    const signals: AbortSignal[] = [];
    const script = scripted(
      [
        LIST,
        (signal: AbortSignal) => {
          signals.push(signal);
          return new Promise(() => {});
        },
        { servers: ['two:1'] },
      ],
      1000,
    );
    const client = await open(script);
    const failures: unknown[] = [];
    client.on('discoveryFailed', ({ error }) => failures.push(error));
    await vi.advanceTimersByTimeAsync(1300);
    expect(script.looks).toBe(2);
    await vi.advanceTimersByTimeAsync(LOOK_TIMEOUT_MS - 1300);
    expect(failures).toStrictEqual([]);
    await vi.advanceTimersByTimeAsync(1300);
    expect(failures).toStrictEqual([expect.objectContaining({ code: 'MC_TIMEOUT' })]);
    expect(signals.map(({ aborted, reason }) => [aborted, reason])).toStrictEqual([[true, failures[0]]]);
    await vi.advanceTimersByTimeAsync(1300);
    expect(client.servers().map(({ name }) => name)).toStrictEqual(['two:1']);
    await client.close();
  });

  it('is not heard when it ends after all', async () => {
    let answer = (_list: object) => {};
    const late = () => new Promise((resolve) => (answer = resolve));
    const script = scripted(
      [{ servers: ['one:1'], version: 1 }, late, { servers: ['two:1'], version: 2 }],
      1000,
    );
    const client = await open(script);
    await vi.advanceTimersByTimeAsync(1300 + LOOK_TIMEOUT_MS + 1300);
    expect(client.servers().map(({ name }) => name)).toStrictEqual(['two:1']);
    answer({ servers: ['late:1'], version: 9 });
    await vi.advanceTimersByTimeAsync(100);
    expect(client.servers().map(({ name }) => name)).toStrictEqual(['two:1']);
    await client.close();
  });

  it('leaves no timer behind when the client is closed', async () => {
    const client = await open(scripted([() => new Promise(() => {})]));
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(1);
    await client.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
