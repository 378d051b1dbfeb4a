import { type Random, randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { QueueFullError } from '../../src/errors.js';
import { PackOrder, type Turn } from '../../src/pack-order.js';

const KEYS = ['a', 'b', 'c', 'd'];

/** Turns that have not left, in order, and which of them have come. */
class Model {
  readonly order: PackOrder = new PackOrder(Number.POSITIVE_INFINITY);
  readonly live: Turn[] = [];
  readonly come: Set<Turn> = new Set();
  isHeld = false;

  take(keys: string[] | undefined): void {
    const turn = this.order.take(keys);
    this.live.push(turn);
    void turn.come.then(() => this.come.add(turn));
  }

  leave(turn: Turn): void {
    this.live.splice(this.live.indexOf(turn), 1);
    this.order.leave(turn);
  }

  /** Those that have nobody before them whom they must wait for. */
  expected(): Turn[] {
    if (this.isHeld) return this.live.filter((turn) => this.come.has(turn));
    return this.live.filter((turn, at) => !this.live.slice(0, at).some((other) => conflict(other, turn)));
  }
}

function conflict(some: Turn, other: Turn): boolean {
  if (some.keys === undefined || other.keys === undefined) return true;
  return some.keys.some((key) => other.keys?.includes(key));
}

function step(model: Model, random: Random): void {
  if (random.chance(0.5) || model.live.length === 0) {
    model.take(random.chance(0.1) ? undefined : KEYS.filter(() => random.chance(0.3)));
  } else model.leave(model.live[random.integer(model.live.length)] as Turn);
}

describe(`turns that are taken and left at random (MC_SEED=${testSeed()})`, () => {
  it('come when nobody before them is in their way, and leave nothing behind', async () => {
    const random = randomFrom(testSeed());
    for (let round = 0; round < 300; round += 1) {
      const model = new Model();
      for (let count = 0; count < 60; count += 1) {
        step(model, random);
        await null;
        expect(model.live.filter((turn) => model.come.has(turn))).toStrictEqual(model.expected());
        const idle = model.live.length === 0;
        expect(model.order.isIdle).toBe(idle);
      }
      for (const turn of [...model.live]) model.leave(turn);
      expect(KEYS.map((key) => model.order.isBusy(key))).toStrictEqual(KEYS.map(() => false));
    }
  });

  it('do not come while all are held, and afterwards come in order', async () => {
    const random = randomFrom(testSeed() + 1);
    for (let round = 0; round < 100; round += 1) {
      const model = new Model();
      model.order.hold();
      model.isHeld = true;
      for (let count = 0; count < 30; count += 1) step(model, random);
      await null;
      expect([...model.come]).toStrictEqual([]);
      expect([model.order.isIdle, model.order.isBusy('a')]).toStrictEqual([false, true]);
      model.order.release();
      model.isHeld = false;
      while (model.live.length > 0) {
        await null;
        expect(model.live.filter((turn) => model.come.has(turn))).toStrictEqual(model.expected());
        model.leave(model.live[random.integer(model.live.length)] as Turn);
      }
      expect(model.order.isIdle).toBe(true);
    }
  });
});

describe('turns that are many', () => {
  const MANY = 60_000;

  it.each<[string, (at: number) => string[] | undefined]>([
    ['on one key', () => ['k']],
    ['on a key each', (at) => [`key-${at}`]],
    ['on every key', () => undefined],
    ['on every key now and then', (at) => (at % 100 === 0 ? undefined : ['k'])],
  ])('come and leave in time: %s', async (_name, keysOf) => {
    const order = new PackOrder(Number.POSITIVE_INFINITY);
    order.hold();
    const started = process.cpuUsage();
    const left: number[] = [];
    for (let at = 0; at < MANY; at += 1) {
      const turn = order.take(keysOf(at));
      void turn.come.then(() => {
        left.push(at);
        order.leave(turn);
      });
    }
    order.release();
    await expect.poll(() => left.length, { timeout: 50_000 }).toBe(MANY);
    expect(left.every((at, place) => at === place)).toBe(true);
    // What the processor took: a busy machine makes the rest.
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(5000);
    expect(order.isIdle).toBe(true);
  });

  it('on every key are not overtaken where a list is given just then', async () => {
    const order = new PackOrder(10);
    const sent: string[] = [];
    const whole = order.take(undefined);
    const after = order.inTurn(['k'], [], 1000, undefined, () => sent.push('k'));
    order.release();
    for (let turn = 0; turn < 20; turn += 1) await null;
    sent.push('all');
    order.leave(whole);
    await after;
    expect(sent).toStrictEqual(['all', 'k']);
  });

  it('are refused past the limit, outside; in a line they wait for a value and not for room', () => {
    const order = new PackOrder(2);
    for (let at = 0; at < 10; at += 1) order.take(['k']);
    order.take(undefined);
    const last = order.take(['l']);
    expect(() => order.take(['m'])).toThrow(QueueFullError);
    expect(() => order.take(undefined)).toThrow(QueueFullError);
    order.leave(last);
    order.take(['m']);
    expect(() => order.take(['n'])).toThrow(QueueFullError);
    order.take(['n'], Number.POSITIVE_INFINITY);
  });
});
