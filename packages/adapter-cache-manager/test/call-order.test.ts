import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CallOrder } from '../src/call-order.js';

describe('the order of calls', () => {
  it('bounds how much runs at once, begins all in turn, and goes on after a failure', async () => {
    const order = new CallOrder();
    const begun: number[] = [];
    const ends: Array<() => void> = [];
    let running = 0;
    let most = 0;
    const call = (at: number, weight: number) =>
      order.run(weight, async () => {
        begun.push(at);
        running += weight;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => ends.push(resolve));
        running -= weight;
        if (at % 3 === 0) throw new Error('of the call');
      });
    const weights = Array.from({ length: 30_000 }, (_, at) => (at === 20_000 ? 50_000 : at % 4));
    const calls = Promise.allSettled(weights.map((weight, at) => call(at, weight)));
    let alone = 0;
    while (ends.length > 0) {
      if (running === 50_000) alone += 1;
      const all = ends.splice(0);
      for (const end of all) end();
      await new Promise(setImmediate);
    }
    const results = await calls;
    expect(begun).toEqual(weights.map((_, at) => at));
    expect(most).toBe(50_000);
    expect(alone).toBe(1);
    expect(results.map(({ status }) => status === 'rejected')).toEqual(weights.map((_, at) => at % 3 === 0));
  });

  it('holds nothing of a call that has begun and ended', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const order = new CallOrder();
    const ends: Array<() => void> = [];
    const values: Array<WeakRef<object>> = [];
    const add = () => {
      const value = { large: 'value' };
      values.push(new WeakRef(value));
      const call = async () => {
        await new Promise<void>((resolve) => ends.push(resolve));
        return Object.keys(value).length;
      };
      // Each of them runs alone.
      order.run(50_000, call).catch(() => {});
    };
    for (let n = 0; n < 1_000; n++) add();
    for (let n = 0; n < 400; n++) {
      ends.shift()?.();
      await new Promise(setImmediate);
    }
    // One collection may leave a value that a register or a job of its own still names; what is held stays for good.
    const held = () => {
      gc();
      return values.slice(0, 399).filter((value) => value.deref() !== undefined);
    };
    await expect.poll(held, { interval: 20 }).toEqual([]);
    expect(values.slice(400).every((value) => value.deref() !== undefined)).toBe(true);
  });
});
