import type { CasValue } from '@mc/memcached';
import type { Chapter } from '../chapter.js';

type Guests = CasValue<string[]>;

/** Two writers of one item: one wins, the other reads again. */
export const casRace: Chapter = {
  title: 'A race: check and set',
  about:
    'Two writers read one guest list and both add a name. cas stores only if nobody else wrote since the read: the ' +
    'first wins, the second is told false, reads again and adds its name to what is there now.',
  keys: ['guests'],
  show: async ({ cache, page }) => {
    await page.step(() => cache.set('guests', ['Alan']));
    const ada = (await page.step(() => cache.gets('guests'), 'ada')) as Guests;
    const bob = (await page.step(() => cache.gets('guests'), 'bob')) as Guests;
    await page.step(() => cache.cas('guests', [...ada.value, 'Ada'], ada.cas));
    await page.step(() => cache.cas('guests', [...bob.value, 'Bob'], bob.cas));
    const again = (await page.step(() => cache.gets('guests'), 'again')) as Guests;
    await page.step(() => cache.cas('guests', [...again.value, 'Bob'], again.cas));
    await page.step(() => cache.get('guests'));
  },
};
