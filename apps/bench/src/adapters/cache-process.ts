/** The program of the process that holds one subject: it measures a round whenever its parent asks for one. */
import { makeItems } from './cache-items.js';
import { cacheLoadOf, fill } from './cache-load.js';
import { CACHE_SUBJECTS } from './cache-subject.js';
import { type CacheFigures, measureLoad } from './measure-load.js';

/** A round that the parent asks for. */
export interface CacheRound {
  readonly load: string;
  readonly milliseconds: number;
}

/** What the parent is told: once when the subject is ready, without figures, then for each round. */
export type CacheAnswer = { readonly figures?: CacheFigures } | { readonly failed: string };

// The parent may be gone at any time, without a word. Its end closes the channel.
process.once('disconnect', () => process.exit());

const [name = '', address = '', valueName = ''] = process.argv.slice(2);
const opening = open();
await answer(async () => {
  await opening;
  return {};
});
process.on('message', ({ load, milliseconds }: CacheRound) => {
  void answer(async () => {
    const { subject, items } = await opening;
    return { figures: await measureLoad(subject, items, cacheLoadOf(load), milliseconds) };
  });
});

async function open() {
  const makeSubject = CACHE_SUBJECTS[name];
  if (makeSubject === undefined) throw new Error(`there is no subject ${name}`);
  const subject = makeSubject(address);
  const items = makeItems(valueName, subject.prefix);
  await fill(subject, items);
  return { subject, items };
}

async function answer(work: () => Promise<CacheAnswer>): Promise<void> {
  process.send?.(await work().catch((error: unknown) => ({ failed: describe(error) })));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` (${describe(error.cause)})`;
  return `${error.message || error.name}${cause}`;
}
