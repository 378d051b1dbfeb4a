import { type MemcachedClient, PartialFailureError } from '@mc/memcached';
import { keyIn, liveValue, type Stored, storedFrom } from './entry.js';
import { isPast, NEVER, secondsOnServer } from './expiry.js';
import { type Generation, notKept, type Reading } from './generation.js';
import { type Movable, moveEntry } from './moving.js';

/** Where an entry is, or would be. */
export class Place {
  readonly generation: Generation;
  /** The key as memcached has it. */
  readonly wire: string;
  /** The key as given, where `wire` is a digest that cannot be read back. */
  readonly original: string | undefined;

  constructor(generation: Generation, wire: string, original: string | undefined) {
    this.generation = generation;
    this.wire = wire;
    this.original = original;
  }
}

/** An entry to be stored. */
export interface NewEntry {
  readonly place: Place;
  readonly value: unknown;
  /** Milliseconds since 1970; 0 for never. */
  readonly deadline: number;
}

/** An entry that was found by its key on the wire. */
export interface ListedEntry {
  /** The key, where the one on the wire is a digest. */
  readonly key: string | undefined;
  readonly value: unknown;
}

/** What became of a batch: a result for each part, and the reasons of those that failed. */
export interface Outcomes<R> {
  readonly results: R[];
  /** The same error may stand for several. */
  readonly errors: readonly unknown[];
}

/** Writes or deletions of a batch that are sent at once. */
const PART_LENGTH = 8192;

/** How often an entry is moved because no generation was there, and another process's was quicker than our own. */
const MAX_MOVES = 4;

/** The entries of a server or several: what is stored under a namespace's present generation and not yet expired. */
export class Entries {
  readonly #client: MemcachedClient<Stored>;
  readonly #moving: MemcachedClient<Movable>;
  /** Writes by wire key that may have to be moved, since the generation was guessed. */
  readonly #unsure = new Map<string, Promise<unknown>>();

  /** @param moving the same client, for {@link moveEntry} */
  constructor(client: MemcachedClient<Stored>, moving: MemcachedClient<Movable>) {
    this.#client = client;
    this.#moving = moving;
  }

  /**
   * Waits for earlier writes to these places that may be hidden yet; `undefined` where there are none, as nearly
   * always: only a process that is new writes under a generation that it does not know.
   */
  earlierWrites(places: readonly Place[]): Promise<unknown> | undefined {
    const writes = this.#unsure.size === 0 ? [] : places.map(({ wire }) => this.#unsure.get(wire));
    return writes.some((write) => write !== undefined) ? Promise.all(writes) : undefined;
  }

  /** The same for one place. */
  earlierWrite({ wire }: Place): Promise<unknown> | undefined {
    return this.#unsure.size === 0 ? undefined : this.#unsure.get(wire);
  }

  /** The values in the order of the places: one multi-key get. */
  async readMany(places: readonly Place[]): Promise<Outcomes<unknown>> {
    const { stored, tokens, errors } = await this.#fetch(places);
    const results = places.map(({ generation, wire, original }) => {
      const found = stored.get(wire);
      return found === undefined
        ? undefined
        : tried(() => liveValue(found, tokens.get(generation), original), errors);
    });
    return { results, errors };
  }

  /** As {@link readMany}, for places whose original keys are yet to be found with the values. */
  async readListed(places: readonly Place[]): Promise<Outcomes<ListedEntry | undefined>> {
    const { stored, tokens, errors } = await this.#fetch(places);
    const results = places.map(({ generation, wire }) => {
      const found = stored.get(wire);
      if (found === undefined) return undefined;
      const key = keyIn(found);
      const value = tried(() => liveValue(found, tokens.get(generation), key), errors);
      return value === undefined ? undefined : { key, value };
    });
    return { results, errors };
  }

  async #fetch(places: readonly Place[]): Promise<Fetched> {
    if (places.length === 0) return { stored: new Map(), tokens: new Map(), errors: [] };
    const earlier = this.earlierWrites(places);
    if (earlier !== undefined) await earlier;
    const readings = new Map<Generation, Reading>();
    for (const { generation } of places) {
      if (!readings.has(generation)) readings.set(generation, generation.current());
    }
    const found = this.#client.getMulti(places.map(({ wire }) => wire));
    const { stored, errors } = await found.then((all) => ({ stored: all, errors: [] as unknown[] }), partOf);
    const tokens = new Map<Generation, string | undefined>();
    for (const [generation, { answer }] of readings) {
      const token = await answer.catch((error: unknown) => void errors.push(error));
      tokens.set(generation, token ?? undefined);
    }
    return { stored, tokens, errors };
  }

  /** True where it is stored, or has expired already and is gone. It is sent at once. */
  write(entry: NewEntry): Promise<boolean> {
    const { generation, wire } = entry.place;
    const writing = this.#write(entry);
    if (generation.isGuess) this.#noteUnsure(wire, writing);
    return writing;
  }

  #noteUnsure(wire: string, writing: Promise<boolean>): void {
    const settled = writing
      .catch(() => {})
      .then(() => {
        if (this.#unsure.get(wire) === settled) this.#unsure.delete(wire);
      });
    this.#unsure.set(wire, settled);
  }

  async #write({ place, value, deadline }: NewEntry): Promise<boolean> {
    const { generation, wire, original } = place;
    if (isPast(deadline)) {
      await this.#client.delete(wire);
      return true;
    }
    const { renewals } = generation;
    const token = generation.token();
    const options = deadline === NEVER ? undefined : { ttl: secondsOnServer(deadline) };
    const storing = this.#client.set(wire, storedFrom(token, deadline, value, original), options);
    const reading = generation.current();
    const stored = await storing;
    if (!stored || generation.renewals !== renewals) return stored;
    const present = reading.isDone ? reading.token : await reading.answer;
    return present === token || this.#move(place, token, present, renewals);
  }

  /** The generation is another one, or gone: what was stored is hidden, and moves, unless a later call changed it. */
  async #move(
    { generation, wire }: Place,
    token: string,
    present: string | undefined,
    renewals: number,
  ): Promise<boolean> {
    let from = token;
    let to = present;
    for (let attempt = 0; attempt < MAX_MOVES; attempt += 1) {
      if (generation.renewals !== renewals) return true;
      const next = to ?? generation.token();
      const moved = await moveEntry(this.#moving, wire, from, next);
      // What hides it after this is a clear() that came later than the write.
      if (!moved || to !== undefined) return true;
      from = next;
      to = await generation.current().answer;
      if (to === from) return true;
    }
    throw generation.refusal ?? notKept();
  }

  /** One result for each entry; where a place stands several times, the last entry counts. */
  async writeMany(entries: readonly NewEntry[]): Promise<Outcomes<boolean>> {
    const last = new Map(entries.map((entry) => [entry.place.wire, entry]));
    const { results, errors } = await inParts([...last.values()], (entry) => this.write(entry));
    const stored = new Map([...last.keys()].map((wire, at) => [wire, results[at] === true]));
    return { results: entries.map(({ place }) => stored.get(place.wire) === true), errors };
  }

  /** True where there was an entry to be seen; one round trip. */
  async remove(place: Place): Promise<boolean> {
    // What cannot be read is removed all the same, and was there.
    const reading = this.#unsure.has(place.wire) || this.#isThere(place).catch(() => true);
    const removed = await this.#client.delete(place.wire);
    return removed && (await reading);
  }

  async #isThere({ generation, wire, original }: Place): Promise<boolean> {
    const { answer } = generation.current();
    const stored = await this.#client.get(wire);
    return stored !== undefined && liveValue(stored, await answer, original) !== undefined;
  }

  /** For each place whether there was an entry to be seen. */
  removeMany(places: readonly Place[]): Promise<Outcomes<boolean>> {
    return inParts(places, (place) => this.remove(place));
  }
}

interface Fetched {
  readonly stored: ReadonlyMap<string, Stored>;
  readonly tokens: ReadonlyMap<Generation, string | undefined>;
  readonly errors: unknown[];
}

/** What of a batch that failed in part did not. @throws what is no such failure */
function partOf(error: unknown): { stored: ReadonlyMap<string, Stored>; errors: unknown[] } {
  if (!(error instanceof PartialFailureError)) throw error;
  return { stored: error.result as Map<string, Stored>, errors: [...error.errors.values()] };
}

function tried<R>(read: () => R, errors: unknown[]): R | undefined {
  try {
    return read();
  } catch (error) {
    errors.push(error);
    return undefined;
  }
}

/** All at once, so that they share a write to each server, but no more than the client's queue holds. */
async function inParts<T>(
  items: readonly T[],
  run: (item: T) => Promise<boolean>,
): Promise<Outcomes<boolean>> {
  const results: boolean[] = [];
  const errors: unknown[] = [];
  for (let start = 0; start < items.length; start += PART_LENGTH) {
    const outcomes = await Promise.allSettled(items.slice(start, start + PART_LENGTH).map(run));
    for (const outcome of outcomes) {
      results.push(outcome.status === 'fulfilled' && outcome.value);
      if (outcome.status === 'rejected') errors.push(outcome.reason);
    }
  }
  return { results, errors };
}
