import type { Chapter } from '../chapter.js';

const CITIES: Readonly<Record<string, number>> = {
  'city:bern': 134_290,
  'city:graz': 303_270,
  'city:lyon': 520_774,
};

/** The multi-key forms. */
export const batches: Chapter = {
  title: 'Batches',
  about:
    'A batch goes to all servers at once, one write to each. Results are by key as given; what a server refused is ' +
    'in the list that setMulti returns.',
  keys: [...Object.keys(CITIES), 'city:oslo', 'visits:mon', 'visits:tue'],
  show: async ({ cache, page }) => {
    const cities = CITIES;
    await page.step(() => cache.setMulti(cities, { ttl: 600 }));
    await page.step(() => cache.getMulti(['city:bern', 'city:oslo', 'city:graz']));
    await page.step(() => cache.getMulti(['bern', 'graz'], { keyPrefix: 'city:' }));
    await page.step(() => cache.addMulti({ 'city:oslo': 717_710, 'city:bern': 0 }));
    await page.step(() => cache.setMulti({ 'visits:mon': 0, 'visits:tue': 10 }));
    await page.step(() => cache.incrMulti(['mon', 'tue'], { keyPrefix: 'visits:', delta: 5 }));
    await page.step(() => cache.getMulti(['visits:mon', 'visits:tue']));
    await page.step(() => cache.deleteMulti(['city:bern', 'city:lyon']));
    await page.step(() => cache.deleteMulti(['city:bern', 'city:graz']));
  },
};
