import { type MemcachedClient, modula } from '@mc/memcached';
import type { Chapter, Stage } from '../chapter.js';

const PAGES: readonly string[] = Array.from({ length: 1000 }, (_, at) => `page:${at + 1}`);

/** Which server each key went to. */
export const keySpread: Chapter = {
  title: 'Which server each key went to',
  about:
    'The key is hashed and the hash picks the server: here weighted ketama with md5, the default. Stored are ' +
    `${PAGES.length} keys, and then each server is asked for those it should hold.`,
  keys: PAGES,
  show: async (stage) => {
    const { cache, page } = stage;
    const pages = new Map(PAGES.map((key) => [key, 'a page']));
    await page.step(() => cache.setMulti(pages));
    const shares = pagesByServer(cache, stage.serverNames);
    const held = await countHeld(stage, shares);
    page.remark('Where serverFor says they are, and what was found when that server was asked:');
    page.bars(
      [...shares].map(([name, keys]) => ({
        label: name,
        share: keys.length / pages.size,
        text: `${String(keys.length).padStart(4)} keys  ${String(held.get(name)).padStart(4)} found there`,
      })),
    );
    showDistributions(stage);
    page.remark('What the servers say of themselves:');
    const stats = await cache.stats();
    const names = ['curr_items', 'bytes', 'cmd_get', 'get_hits', 'cmd_set'];
    page.table([
      ['', ...names],
      ...[...stats].map(([server, all]) => [server, ...names.map((name) => all.get(name) ?? '')]),
    ]);
  },
};

/** The keys of each server, in the order of the servers. */
function pagesByServer(cache: MemcachedClient, serverNames: readonly string[]): Map<string, string[]> {
  const shares = new Map<string, string[]>(serverNames.map((name) => [name, []]));
  for (const key of PAGES) {
    const { name } = cache.serverFor(key);
    const keys = shares.get(name) ?? [];
    shares.set(name, keys);
    keys.push(key);
  }
  return shares;
}

/** How many of its keys each server has, asked through a client that knows no other server. */
async function countHeld(
  { open }: Stage,
  shares: ReadonlyMap<string, string[]>,
): Promise<Map<string, number>> {
  const held = new Map<string, number>();
  for (const [name, keys] of shares) held.set(name, (await open({ servers: name }).getMulti(keys)).size);
  return held;
}

/** Compares the default with modula, also for what a further server would move. */
function showDistributions({ page, open, serverNames }: Stage): void {
  const rows = [
    { name: 'ketama() with md5, the default', options: {} },
    { name: "modula() with one-at-a-time, pylibmc's default", options: { distribution: modula() } },
  ].map(({ name, options }) => {
    const now = open({ servers: serverNames, ...options });
    const grown = open({ servers: [...serverNames, 'one-more:11211'], ...options });
    const counts = [...pagesByServer(now, serverNames).values()].map((keys) => String(keys.length));
    const moved = PAGES.filter((key) => now.serverFor(key).name !== grown.serverFor(key).name).length;
    return [name, ...counts, `${Math.round((100 * moved) / PAGES.length)} %`];
  });
  page.remark('The same keys under both distributions, and the share that one more server would move:');
  page.table([['', ...serverNames, 'would move'], ...rows]);
}
