import type { Chapter } from '../chapter.js';

/** add, replace, append and prepend. */
export const conditionalWrites: Chapter = {
  title: 'Writes with a condition',
  about:
    'add stores only what is not there yet, replace only what is. append and prepend work on the stored bytes.',
  keys: ['lock', 'note'],
  show: async ({ cache, page }) => {
    await page.step(() => cache.add('lock', 'mine', { ttl: 30 }));
    await page.step(() => cache.add('lock', 'yours', { ttl: 30 }));
    await page.step(() => cache.replace('lock', 'still mine'));
    await page.step(() => cache.replace('note', 'nothing to replace'));
    await page.step(() => cache.set('note', 'memcached'));
    await page.step(() => cache.prepend('note', 'hello, '));
    await page.step(() => cache.append('note', '!'));
    await page.step(() => cache.get('note'));
  },
};
