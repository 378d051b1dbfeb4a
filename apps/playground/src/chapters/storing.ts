import type { Chapter } from '../chapter.js';

/** Storing, reading, deleting; what a miss looks like. */
export const storing: Chapter = {
  title: 'Store, read, delete',
  about: 'A miss is a result and no error: undefined, or the fallback you name.',
  keys: ['user:1', 'user:2'],
  show: async ({ cache, page }) => {
    await page.step(() => cache.set('user:1', { name: 'Ada', admin: true }));
    await page.step(() => cache.get('user:1'));
    await page.step(() => cache.get('user:2'));
    await page.step(() => cache.get('user:2', { fallback: 'nobody' }));
    await page.step(() => cache.delete('user:1'));
    await page.step(() => cache.delete('user:1'));
    page.remark('Many gets of one tick travel in one line; the result is the same.');
    await page.step(() => cache.set('user:2', { name: 'Grace' }));
    await page.step(() => Promise.all([cache.get('user:1'), cache.get('user:2'), cache.get('user:2')]));
  },
};
