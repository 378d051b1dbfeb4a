import type { Chapter } from '../chapter.js';

/** asMap and with(). */
export const mapView: Chapter = {
  title: 'The cache as a Map, and views',
  about:
    'asMap() has the methods of a Map. with() is the same client under another prefix, codec or timeout.',
  keys: ['colour', 'de:colour'],
  show: async ({ cache, page, keyPrefix }) => {
    const map = cache.asMap<string>();
    await page.step(() => map.set('colour', 'red'));
    await page.step(() => map.has('colour'));
    await page.step(() => map.get('colour'));
    await page.step(() => map.delete('colour'));
    await page.step(() => map.has('colour'));
    page.remark(`german is cache.with({ keyPrefix: '${keyPrefix}de:' }):`);
    const german = cache.with({ keyPrefix: `${keyPrefix}de:` });
    await page.step(() => german.set('colour', 'rot'));
    await page.step(() => german.get('colour'));
    await page.step(() => cache.get('de:colour'));
  },
};
