import { setTimeout as wait } from 'node:timers/promises';
import type { Chapter } from '../chapter.js';

const POLL_MS = 50;
const MOST_MS = 10_000;

/** ttl, touch and getAndTouch. */
export const expiry: Chapter = {
  title: 'Items that expire',
  about:
    'A ttl is seconds from now or a Date; 0 or none is never, a negative one is at once. touch sets it anew.',
  keys: ['otp', 'session', 'stale'],
  show: async ({ cache, page }) => {
    await page.step(() => cache.set('otp', '493 817', { ttl: 2 }));
    await page.step(() => cache.get('otp'));
    await page.step(() => cache.set('session', 'ada', { ttl: 2 }));
    await page.step(() => cache.touch('session', 3600));
    await page.step(() => cache.getAndTouch('session', new Date(Date.now() + 60_000)));
    await page.step(() => cache.touch('nobody', 60));
    await page.step(() => cache.set('stale', 'gone before it is read', { ttl: -1 }));
    await page.step(() => cache.get('stale'));
    const startMs = performance.now();
    while ((await cache.get('otp')) !== undefined && performance.now() - startMs < MOST_MS) {
      await wait(POLL_MS);
    }
    page.remark(
      `${((performance.now() - startMs) / 1000).toFixed(1)} s later the first is gone, the touched one is not:`,
    );
    await page.step(() => cache.get('otp'));
    await page.step(() => cache.get('session'));
  },
};
