import { expect, vi } from 'vitest';
import type { ClientTestContext, ClientTests } from '../client-context.js';

/** A server's clock ticks once a second, so one second may take almost two; the rest is for a busy machine. */
const GONE = { timeout: 30_000, interval: 25 } as const;
const DAY = 86_400;

async function expectGone({ client }: ClientTestContext, key: string): Promise<void> {
  // Not expect.poll: it must know the current test, and of these several run at a time.
  await vi.waitFor(async () => expect(await client.get(key)).toBeUndefined(), GONE);
}

/**
 * ttl of every operation that takes one. They run at the same time, so none makes a client of its own. What must find an
 * item before it goes is sent together with what stores it, and so is in time on a busy machine.
 */
export const expiryTests: ClientTests = {
  'an item with a ttl goes when it is over': async (context) => {
    const { client, key } = context;
    await client.set(key('replace'), 'v');
    await client.set(key('cas'), 'v');
    const { cas } = (await client.gets(key('cas'))) ?? { cas: 1n };
    const labels = ['set', 'add', 'replace', 'cas', 'setMulti', 'addMulti'];
    const writes = [
      client.set(key('set'), 'w', { ttl: 2 }),
      client.add(key('add'), 'w', { ttl: 2 }),
      client.replace(key('replace'), 'w', { ttl: 2 }),
      client.cas(key('cas'), 'w', cas, { ttl: 2 }),
      client.setMulti({ [key('setMulti')]: 'w' }, { ttl: 2 }),
      client.addMulti({ [key('addMulti')]: 'w' }, { ttl: 2 }),
    ];
    const stored = client.getMulti(labels.map((label) => key(label)));
    expect(await Promise.all(writes)).toStrictEqual([true, true, true, true, [], []]);
    expect(await stored).toStrictEqual(new Map(labels.map((label) => [key(label), 'w'])));
    await Promise.all(labels.map((label) => expectGone(context, key(label))));
  },
  'touch and getAndTouch set a new ttl': async (context) => {
    const { client, key } = context;
    await client.setMulti({ [key('touch')]: 'v', [key('gat')]: 'v' });
    expect(await client.touch(key('touch'), 1)).toBe(true);
    expect(await client.getAndTouch(key('gat'), 1)).toBe('v');
    await Promise.all([expectGone(context, key('touch')), expectGone(context, key('gat'))]);
  },
  'a new ttl saves an item that would have gone': async (context) => {
    const { client, key } = context;
    const entries = { [key('touch')]: 'v', [key('gat')]: 'v', [key('lost')]: 'v' };
    const results = await Promise.all([
      client.setMulti(entries, { ttl: 2 }),
      client.touch(key('touch'), 3600),
      client.getAndTouch(key('gat'), 0),
    ]);
    expect(results).toStrictEqual([[], true, 'v']);
    await expectGone(context, key('lost'));
    expect(await client.get(key('touch'))).toBe('v');
    expect(await client.get(key('gat'))).toBe('v');
  },
  'fractions round up: half a second is a second, not for ever': async (context) => {
    const { client, key } = context;
    await client.set(key(), 'v', { ttl: 0.5 });
    await client.set(key('tiny'), 'v', { ttl: 1e-9 });
    await Promise.all([expectGone(context, key()), expectGone(context, key('tiny'))]);
  },
  'a Date is a point in time': async (context) => {
    const { client, key } = context;
    await client.set(key('soon'), 'v', { ttl: new Date(Date.now() + 1500) });
    await client.set(key('later'), 'v', { ttl: new Date(Date.now() + 40 * DAY * 1000) });
    await expectGone(context, key('soon'));
    expect(await client.get(key('later'))).toBe('v');
  },
  'a negative ttl and a Date in the past are over at once': async ({ client, key }) => {
    for (const ttl of [-1, -0.5, -1e9, new Date(0), new Date(Date.now() - 1000)]) {
      expect(await client.set(key(), 'v', { ttl })).toBe(true);
      expect(await client.get(key())).toBeUndefined();
    }
    await client.set(key(), 'v');
    expect(await client.touch(key(), -1)).toBe(true);
    expect(await client.get(key())).toBeUndefined();
    await client.set(key(), 'v');
    expect(await client.getAndTouch(key(), new Date(0))).toBe('v');
    expect(await client.get(key())).toBeUndefined();
  },
  'more than 30 days is still in the future': async ({ client, key }) => {
    for (const ttl of [30 * DAY, 30 * DAY + 1, 40 * DAY, 10 * 365 * DAY]) {
      await client.set(key(), 'v', { ttl });
      expect(await client.get(key())).toBe('v');
      expect(await client.touch(key(), ttl)).toBe(true);
      expect(await client.get(key())).toBe('v');
    }
  },
  'a ttl of 0 or none never ends, and a write without one ends the old one': async (context) => {
    const { client, key } = context;
    await client.set(key(), 'v', { ttl: 1 });
    await client.set(key(), 'w');
    await client.set(key('zero'), 'v', { ttl: 0 });
    await client.set(key('negative-zero'), 'v', { ttl: -0 });
    await client.set(key('clock'), 'v', { ttl: 1 });
    await expectGone(context, key('clock'));
    expect(await client.get(key())).toBe('w');
    expect(await client.get(key('zero'))).toBe('v');
    expect(await client.get(key('negative-zero'))).toBe('v');
  },
  'append and incr keep the ttl of the item': async (context) => {
    const { client, key } = context;
    const results = await Promise.all([
      client.set(key('text'), 'v', { ttl: 2 }),
      client.append(key('text'), 'w'),
      client.set(key('number'), 1, { ttl: 2 }),
      client.incr(key('number')),
    ]);
    expect(results).toStrictEqual([true, true, true, 2]);
    await Promise.all([expectGone(context, key('text')), expectGone(context, key('number'))]);
  },
};
