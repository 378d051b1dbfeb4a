import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Compressing, SUBJECTS, wordy } from './compressing-client.js';
import { noise, type Turns, watchQuietTurns } from './event-loop-turns.js';

/** Large enough to be compressed in the thread pool, for tens of milliseconds. */
const LARGE = wordy(1_500_000);
const LARGER = wordy(2_000_000);
const TIMEOUT_MS = 120_000;

for (const [name, start] of Object.entries(SUBJECTS)) {
  describe(`calls behind a value that is still being compressed: ${name}`, { timeout: TIMEOUT_MS }, () => {
    let subject: Compressing;
    beforeAll(async () => {
      subject = await start();
    });
    afterAll(() => subject[Symbol.asyncDispose]());

    it('delete: the key is gone', async () => {
      const client = subject.open();
      expect(await Promise.all([client.set('gone', LARGE), client.delete('gone')])).toEqual([true, true]);
      expect(await client.get('gone')).toBeUndefined();
    });

    it('set of something small: that stays', async () => {
      const client = subject.open();
      expect(await Promise.all([client.set('small', LARGE), client.set('small', 'x')])).toEqual([true, true]);
      expect(await client.get('small')).toBe('x');
    });

    it('set of something larger: that stays', async () => {
      const client = subject.open();
      await Promise.all([client.set('larger', LARGER), client.set('larger', LARGE)]);
      expect(await client.get('larger')).toBe(LARGE);
    });

    it('get, gets and getMulti: the value', async () => {
      const client = subject.open();
      const [, value, withCas, several] = await Promise.all([
        client.set('read', LARGE),
        client.get('read'),
        client.gets('read'),
        client.getMulti(['read', 'none']),
      ]);
      expect(value).toBe(LARGE);
      expect(withCas?.value).toBe(LARGE);
      expect(several).toEqual(new Map([['read', LARGE]]));
    });

    it('add and replace: as if they had waited', async () => {
      const client = subject.open();
      const results = await Promise.all([
        client.add('added', LARGE),
        client.add('added', 'too late'),
        client.replace('added', LARGER),
        client.get('added'),
      ]);
      expect(results).toEqual([true, false, true, LARGER]);
    });

    it('append: behind the stored bytes, which no longer are a value', async () => {
      const client = subject.open();
      expect(await Promise.all([client.set('appended', LARGE), client.append('appended', 'x')])).toEqual([
        true,
        true,
      ]);
      await expect(client.get('appended')).rejects.toMatchObject({
        code: 'MC_DECODE',
        cause: { message: 'bytes follow the zlib stream' },
      });
    });

    it('flushAll: nothing is left', async () => {
      const client = subject.open();
      await Promise.all([client.set('flushed', LARGE), client.flushAll()]);
      expect(await client.get('flushed')).toBeUndefined();
    });

    it('calls on other keys: they do not wait', async () => {
      const client = subject.open();
      const ended: string[] = [];
      await Promise.all([
        client.set('slow', LARGER).then(() => ended.push('slow')),
        client.set('quick', 'x').then(() => ended.push('quick')),
        client.get('quick').then((value) => ended.push(`read ${value}`)),
      ]);
      expect(ended).toEqual(['quick', 'read x', 'slow']);
    });

    it('anything else in the process: it does not wait either', async () => {
      const client = subject.open();
      const value = noise(20_000_000);
      const set = async () => expect(await client.set('huge', value)).toBe(true);
      const isFine = ({ longestMs, tookMs }: Turns) => longestMs < tookMs / 2;
      const { longestMs, tookMs } = await watchQuietTurns(set, isFine);
      console.info(`set of 20 MB: ${tookMs.toFixed()} ms, longest turn ${longestMs.toFixed(1)} ms`);
      expect(longestMs).toBeLessThan(tookMs / 2);
      expect(Buffer.compare((await client.get('huge')) as Uint8Array, value)).toBe(0);
    });

    it('close: what was called before still happens, or says that it did not', async () => {
      const client = subject.open();
      const set = client.set('closing', LARGE).catch((error: { code: string }) => error.code);
      await client.close();
      const outcome = await set;
      const left = await subject.open().get('closing');
      expect([true, 'MC_CLOSED']).toContain(outcome);
      if (outcome === true) expect(left).toBe(LARGE);
    });
  });
}
