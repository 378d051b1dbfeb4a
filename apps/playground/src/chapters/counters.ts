import type { Chapter } from '../chapter.js';

/** incr and decr. */
export const counters: Chapter = {
  title: 'Counters',
  about: 'The server counts, in 64 bits. A bigint delta gives a bigint back; decr stops at 0.',
  keys: ['hits', 'stars'],
  show: async ({ cache, page }) => {
    await page.step(() => cache.set('hits', 41));
    await page.step(() => cache.incr('hits'));
    await page.step(() => cache.incr('hits', 58));
    await page.step(() => cache.decr('hits', 5000));
    await page.step(() => cache.set('stars', 2n ** 63n));
    await page.step(() => cache.incr('stars', 7n));
    page.remark('A hundred at once, and none is lost:');
    await page.step(() => Promise.all(Array.from({ length: 100 }, () => cache.incr('hits'))));
    await page.step(() => cache.get('hits'));
  },
};
