import { ConnectionError } from '@mc/core';
import { healthyReply } from '@mc/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DialPaces } from '../src/connection/dial-paces.js';
import { Health } from '../src/connection/health.js';
import { openClient, outcome, startScripted } from './open-client.js';

/** The clock and the timers of `Health`, in the hands of the test. */
const time = vi.hoisted(() => ({
  isFaked: false,
  nowMs: 0,
  waitsMs: [] as number[],
  timers: new Set<{ readonly task: () => void }>(),
}));

vi.mock('../src/runtime.js', async (original) => {
  const real = await original<typeof import('../src/runtime.js')>();
  const setTimer = (task: () => void, ms: number) => {
    if (!time.isFaked) return real.setTimer(task, ms);
    time.waitsMs.push(ms);
    const timer = { task };
    time.timers.add(timer);
    return timer;
  };
  const clearTimer = (timer: object | number) => {
    if (!time.isFaked) real.clearTimer(timer);
    else time.timers.delete(timer as { readonly task: () => void });
  };
  return {
    ...real,
    setTimer,
    clearTimer,
    clockMs: () => (time.isFaked ? time.nowMs : real.clockMs()),
  };
});

const MINUTE = 60_000;
const error = new ConnectionError('MC_CONNECT_FAILED', 'gone');

/** The wait before the next probe, where chance gives `share` of what it may give. */
function waitOf(health: Health, share: number): number {
  vi.spyOn(Math, 'random').mockReturnValue(share);
  time.waitsMs.length = 0;
  health.scheduleProbe(() => {});
  return time.waitsMs[0] as number;
}

/** The least and the most that the next wait may be; both count as one probe. */
function rangeOf(health: Health): [leastMs: number, mostMs: number] {
  const least = waitOf(health, 0);
  return [least, waitOf(health, 1)];
}

describe('the wait before a probe', () => {
  beforeEach(() => {
    Object.assign(time, { isFaked: true, nowMs: 1_000_000 });
    time.timers.clear();
  });
  afterEach(() => {
    time.isFaked = false;
    vi.restoreAllMocks();
  });

  const downAfter = (health: Health, upMs: number): boolean => {
    time.nowMs += upMs;
    return health.failed(error);
  };

  it('doubles with each probe that fails, up to a minute, with full jitter above a quarter of the first', () => {
    const health = new Health({ failureLimit: 1, retryTimeoutMs: 2000 });
    expect(downAfter(health, 0)).toBe(true);
    const most: number[] = [];
    for (let probe = 0; probe < 8; probe += 1) {
      most.push(waitOf(health, 1));
      expect(health.failed(error)).toBe(false);
    }
    expect(most).toStrictEqual([2000, 4000, 8000, 16_000, 32_000, MINUTE, MINUTE, MINUTE]);
    expect([waitOf(health, 0), waitOf(health, 0.5)]).toStrictEqual([500, 500 + (MINUTE - 500) / 2]);
  });

  it('is as long as retryTimeoutMs, where that is more than a minute', () => {
    const health = new Health({ failureLimit: 1, retryTimeoutMs: 5 * MINUTE });
    downAfter(health, 0);
    expect(rangeOf(health)).toStrictEqual([1.25 * MINUTE, 5 * MINUTE]);
    expect(waitOf(health, 1)).toBe(5 * MINUTE);
  });

  it('is longer each time that a server dies within a minute of coming up, and forgiven after one', () => {
    const health = new Health({ failureLimit: 1, retryTimeoutMs: 2000 });
    downAfter(health, 0);
    const ranges: Array<[number, number]> = [];
    for (const upMs of [59_999, 1, 30_000, 0, 10, 10, 10]) {
      health.succeeded();
      expect(downAfter(health, upMs)).toBe(true);
      const most = waitOf(health, 1);
      ranges.push([waitOf(health, 0), most]);
    }
    expect(ranges).toStrictEqual([
      [1000, 4000],
      [2000, 8000],
      [4000, 16_000],
      [8000, 32_000],
      [15_000, MINUTE],
      [15_000, MINUTE],
      [15_000, MINUTE],
    ]);
    health.succeeded();
    downAfter(health, MINUTE);
    expect([waitOf(health, 1), waitOf(health, 0)]).toStrictEqual([2000, 500]);
  });

  it('is not longer for the failures before the mark-down, nor for answers that were no coming up', () => {
    const health = new Health({ failureLimit: 3, retryTimeoutMs: 2000 });
    for (let round = 0; round < 5; round += 1) {
      expect([health.failed(error), health.failed(error)]).toStrictEqual([false, false]);
      health.succeeded();
    }
    expect([health.failed(error), health.failed(error), health.failed(error)]).toStrictEqual([
      false,
      false,
      true,
    ]);
    expect(waitOf(health, 1)).toBe(2000);
  });

  it('is one: a probe that is scheduled again replaces the one before, and none is left when it stops', () => {
    const health = new Health({ failureLimit: 1, retryTimeoutMs: 2000 });
    downAfter(health, 0);
    let probes = 0;
    for (let again = 0; again < 3; again += 1) {
      health.scheduleProbe(() => {
        probes += 1;
      });
    }
    expect(time.timers.size).toBe(1);
    for (const { task } of time.timers) task();
    expect(probes).toBe(1);
    health.scheduleProbe(() => {});
    health.stop();
    expect(time.timers.size).toBe(1);
  });
});

describe('the rest between two dials', () => {
  beforeEach(() => {
    Object.assign(time, { isFaked: true, nowMs: 1_000_000 });
  });
  afterEach(() => {
    time.isFaked = false;
    vi.restoreAllMocks();
  });

  it.each([
    [0, 1020, 520],
    [1, 1500, 1000],
  ])(
    'is a second from the last but one and more by chance (%d): %d ms, or %d after none could be made',
    (chance, rest, failed) => {
      vi.spyOn(Math, 'random').mockReturnValue(chance);
      const pace = new DialPaces(2000).of('a');
      for (let dial = 0; dial < 2; dial += 1) {
        expect(pace.refusal('a')).toBeUndefined();
        pace.dialled(time.nowMs);
      }
      time.nowMs += rest - 1;
      expect(pace.refusal('a')).toMatchObject({ code: 'MC_CONNECT_FAILED' });
      time.nowMs += 1;
      expect(pace.refusal('a')).toBeUndefined();
      pace.failed(error);
      time.nowMs += failed - 1;
      expect(pace.refusal('a')).toBe(error);
      time.nowMs += 1;
      expect(pace.refusal('a')).toBeUndefined();
    },
  );
});

describe('a server that leaves the list and comes back', () => {
  it('keeps its pace for a minute after its last dial', () => {
    Object.assign(time, { isFaked: true, nowMs: 1_000_000 });
    onTestFinished(() => {
      time.isFaked = false;
    });
    const paces = new DialPaces(2000);
    const pace = paces.of('a');
    expect(pace.refusal('a')).toBeUndefined();
    pace.dialled(time.nowMs);
    expect(paces.of('a').refusal('a')).toBeUndefined();
    pace.dialled(time.nowMs);
    expect(paces.of('a').refusal('a')).toMatchObject({ code: 'MC_CONNECT_FAILED', server: 'a' });
    expect(paces.of('b').refusal('b')).toBeUndefined();
    time.nowMs += MINUTE;
    expect(paces.of('a')).toBe(pace);
    time.nowMs += 1;
    expect(paces.of('a')).not.toBe(pace);
  });
});

describe('a server that answers its probe and dies again', () => {
  it('is probed ever more slowly', async () => {
    const BASE = 20;
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (!request.keys.includes('@mc/probe')) return connection.end();
        await connection.reply(healthyReply(request));
      }
    });
    // Chance gives all it may, four times the least: a time that is noted late is no shorter wait.
    vi.spyOn(Math, 'random').mockReturnValue(0.999);
    onTestFinished(() => void vi.restoreAllMocks());
    const client = openClient(server.address, { failureLimit: 1, retryTimeoutMs: BASE, retries: 0 });
    const downMs: number[] = [];
    const upMs: number[] = [];
    client.on('down', () => downMs.push(performance.now()));
    client.on('up', () => upMs.push(performance.now()));
    const callsUntilNow = async () => {
      await outcome(client.get('k'));
      return upMs.length;
    };
    await expect.poll(callsUntilNow, { interval: 1 }).toBe(6);
    const waits = upMs.map((time, at) => time - (downMs[at] as number));
    for (const [flaps, waited] of waits.entries()) {
      if (flaps < 2) continue;
      expect(waited, `wait ${flaps} of ${waits}`).toBeGreaterThanOrEqual(0.25 * BASE * 2 ** flaps);
    }
    expect(client.servers()[0]?.failures).toBe(0);
  });
});
