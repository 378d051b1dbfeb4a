import { tcpTransport } from '@mc/memcached';
import type { Chapter } from '../chapter.js';

const TWO_MEBIBYTES = 2_097_152;

/** What is refused, and the codes of the errors. */
export const refusals: Chapter = {
  title: 'What goes wrong, and how it is told',
  about:
    'Every error has a stable code (docs/errors.md) and says whether a write may have happened. What cannot be sent ' +
    'or stored faithfully is refused before a byte leaves; a server that cannot be reached is no miss.',
  keys: ['n', 'word', 'film'],
  show: async ({ cache, page, open }) => {
    await page.refusedStep(() => cache.get('two words'));
    await page.refusedStep(() => cache.set('n', Number.NaN));
    await page.refusedStep(() => cache.set('n', 1, { ttl: 2 ** 31 }));
    await page.refusedStep(() => cache.incr('nothing-here'));
    await page.step(() => cache.set('word', 'seven'));
    await page.refusedStep(() => cache.incr('word'));
    const film = new Uint8Array(TWO_MEBIBYTES);
    await page.refusedStep(() => cache.set('film', film));
    await page.refusedStep(() => cache.get('word', { signal: AbortSignal.abort() }));
    page.remark('A server that is not there; the second client is told to treat that as a miss:');
    const nowhere = { servers: '/no/such/memcached.sock', transport: tcpTransport() };
    const strict = open(nowhere);
    const lenient = open({ ...nowhere, onServerFailure: 'miss' });
    await page.refusedStep(() => strict.get('word'));
    await page.refusedStep(() => lenient.get('word'));
  },
};
