import { type MemcachedClient, PartialFailureError } from '@mc/memcached';
import { type Outcomes, sendBatch } from './batch.js';
import { keyIn, liveValue, type Stored, storedFrom } from './entry.js';
import { isPast, NEVER, secondsOnServer } from './expiry.js';
import { type Generation, notKept, type Reading } from './generation.js';
import { KeyLines } from './key-lines.js';
import { type Movable, moveEntry, type OwnWrite } from './moving.js';
import { WriteIds } from './write-ids.js';

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

/** How often an entry is moved because no generation was there, and another process's was quicker than our own. */
const MAX_MOVES = 4;

/** The entries of a server or several: what is stored under a namespace's present generation and not yet expired. */
export class Entries {
  readonly #client: MemcachedClient<Stored>;
  readonly #moving: MemcachedClient<Movable>;
  /** Writes by wire key that may have to be moved, since the generation was guessed. */
  readonly #unsure = new Map<string, Promise<unknown>>();
  readonly #lines = new KeyLines();
  readonly #writeIds = new WriteIds();
  /** Writes that have not ended. */
  #open = 0;
  #onSettled: (() => void) | undefined;

  /** @param moving the same client, for {@link moveEntry} */
  constructor(client: MemcachedClient<Stored>, moving: MemcachedClient<Movable>) {
    this.#client = client;
    this.#moving = moving;
  }

  /**
   * What a read has to wait for: an earlier write to its place that is not sent, or may be hidden yet. `undefined` where
   * there is none, as nearly always: only a process that is new writes under a generation that it does not know.
   */
  earlierWrite({ wire }: Place): Promise<unknown> | undefined {
    const begun = this.#lines.begun(wire);
    if (begun !== undefined) return begun.then(() => this.#unsure.get(wire));
    return this.#unsure.size === 0 ? undefined : this.#unsure.get(wire);
  }

  /** Resolves when nothing that was called has to wait for a write any more. */
  async ready(): Promise<void> {
    await this.#lines.allBegun();
    await Promise.all(this.#unsure.values());
  }

  /** Resolves when no write is open any more. */
  settled(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onSettled = resolve;
    });
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
    const earlier = places.map((place) => this.earlierWrite(place)).filter((write) => write !== undefined);
    if (earlier.length > 0) await Promise.all(earlier);
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

  /** True where it is stored, or has expired already and is gone. It is sent at once, but behind a batch. */
  write(entry: NewEntry): Promise<boolean> {
    const { wire, generation } = entry.place;
    if (this.#lines.begun(wire) === undefined) return this.#send(entry);
    const { renewals } = generation;
    return this.#lines.run([wire], () => this.#send(entry, renewals));
  }

  /** @param renewals those of the generation when the call was made */
  #send(entry: NewEntry, renewals: number = entry.place.generation.renewals): Promise<boolean> {
    const { generation, wire } = entry.place;
    const writing = this.#write(entry, renewals);
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

  async #write({ place, value, deadline }: NewEntry, renewals: number): Promise<boolean> {
    const { generation, wire, original } = place;
    this.#open += 1;
    try {
      // Before it was sent.
      if (generation.renewals !== renewals && (await isCleared(generation, renewals))) return true;
      if (isPast(deadline)) {
        await this.#client.delete(wire);
        return true;
      }
      const token = generation.token();
      const writeId = this.#writeIds.next();
      const options = deadline === NEVER ? undefined : { ttl: secondsOnServer(deadline) };
      const storing = this.#client.set(wire, storedFrom(token, deadline, writeId, value, original), options);
      const reading = generation.current();
      if (!(await storing)) return false;
      if (generation.renewals !== renewals && (await isCleared(generation, renewals))) return true;
      const present = reading.isDone ? reading.token : await reading.answer;
      return present === token || (await this.#move(generation, { wire, writeId, renewals }, token, present));
    } finally {
      this.#open -= 1;
      if (this.#open === 0) this.#onSettled?.();
    }
  }

  /** The generation is another one, or gone: what was stored is hidden, and moves, unless a later call changed it. */
  async #move(
    generation: Generation,
    write: HiddenWrite,
    token: string,
    present: string | undefined,
  ): Promise<boolean> {
    let from = token;
    let to = present;
    for (let attempt = 0; attempt < MAX_MOVES; attempt += 1) {
      if (await isCleared(generation, write.renewals)) return true;
      const next = to ?? generation.token();
      const moved = await moveEntry(this.#moving, write, from, next);
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
    const renewals = new Map(entries.map(({ place }) => [place.generation, place.generation.renewals]));
    const { results, errors } = await sendBatch(this.#lines, [...last.values()], wireOfEntry, (entry) =>
      this.#send(entry, renewals.get(entry.place.generation)),
    );
    const stored = new Map([...last.keys()].map((wire, at) => [wire, results[at] === true]));
    return { results: entries.map(({ place }) => stored.get(place.wire) === true), errors };
  }

  /** True where there was an entry to be seen; one round trip. */
  remove(place: Place): Promise<boolean> {
    return this.#lines.run([place.wire], () => this.#remove(place));
  }

  async #remove(place: Place): Promise<boolean> {
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
    return sendBatch(this.#lines, places, wireOfPlace, (place) => this.#remove(place));
  }
}

interface HiddenWrite extends OwnWrite {
  /** Those of its generation when the call was made. */
  readonly renewals: number;
}

/** Whether this process has cleared the namespace since. A renewal that failed has changed nothing. */
async function isCleared(generation: Generation, renewals: number): Promise<boolean> {
  for (let seen = renewals; seen !== generation.renewals; ) {
    seen = generation.renewals;
    if (await generation.hasRenewed(renewals)) return true;
  }
  return false;
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

function wireOfPlace({ wire }: Place): string {
  return wire;
}

function wireOfEntry({ place }: NewEntry): string {
  return place.wire;
}
