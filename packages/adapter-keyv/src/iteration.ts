import type { MemcachedClient } from '@mc/memcached';
import { type Entries, Place } from './entries.js';
import type { Stored } from './entry.js';
import type { Space } from './spaces.js';
import { keyOfWire, wireKeyOf } from './wire-key.js';

/** Entries that are read at once. */
const PART_LENGTH = 128;

/** The entries under a prefix, each with the key that it was stored by. */
export async function* liveEntries(
  client: MemcachedClient<Stored>,
  entries: Entries,
  { generation }: Space,
  prefix: string,
  forgiveAll: (errors: readonly unknown[]) => void,
): AsyncGenerator<[string, unknown], void> {
  for await (const part of partsOf(client.keys(), prefix)) {
    const places = part.map((wire) => new Place(generation, wire, undefined));
    const { results, errors } = await entries.readListed(places);
    forgiveAll(errors);
    for (const [at, entry] of results.entries()) {
      if (entry === undefined) continue;
      const key = entry.key ?? keyOn(prefix, part[at] as string);
      if (key !== undefined) yield [key, entry.value];
    }
  }
}

async function* partsOf(keys: AsyncIterable<unknown>, prefix: string): AsyncGenerator<string[], void> {
  let part: string[] = [];
  for await (const key of keys) {
    if (typeof key !== 'string' || !key.startsWith(prefix)) continue;
    part.push(key);
    if (part.length < PART_LENGTH) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

/** The key that the store would file there; `undefined` for what it never wrote. */
function keyOn(prefix: string, wire: string): string | undefined {
  try {
    const key = keyOfWire(prefix, wire);
    return key !== undefined && wireKeyOf(prefix, key) === wire ? key : undefined;
  } catch {
    return undefined;
  }
}
