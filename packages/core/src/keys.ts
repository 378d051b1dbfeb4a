import { onAbort } from './abort.js';
import type { AbortSignalLike, Key, Server, Transport } from './contract.js';
import { type DumpPlace, placeInQueue } from './dump-queue.js';
import { AbortError, ClosedError, ConnectionError } from './errors.js';
import type { Fleet } from './fleet.js';
import { Busy, KeyDump, UnknownMode } from './keys-dump.js';
import type { PackOrder } from './pack-order.js';
import { abortController, afterPoll, clearTimer, copyBytes, encodeUtf8, setTimer } from './runtime.js';

/** What a listing of keys needs of a client. */
export interface KeysSettings {
  readonly fleet: Fleet;
  readonly packOrder: PackOrder;
  /** How long a list of servers is waited for. */
  readonly timeoutMs: number;
  readonly signal: AbortSignalLike | null | undefined;
  /** The client or view that is asked. */
  readonly client: object;
  readonly transport: Transport;
  readonly prefix: string;
  readonly connectTimeoutMs: number;
  readonly connectionTimeoutMs: number;
}

/** A server makes one dump at a time; how long another one is waited for, and the first wait, in milliseconds. */
const BUSY_LIMIT_MS = 10_000;
const BUSY_WAIT_MS = 25;
const MAX_BUSY_WAIT_MS = 500;
/** Each wait is this part shorter or longer, by chance, so that processes do not ask all at once. */
const JITTER = 0.5;

/** The listings of each fleet, and of each client or view, to be ended with it; and those that are closed. */
const OPEN: WeakMap<object, Set<Listing>> = new WeakMap();
const CLOSED: WeakSet<object> = new WeakSet();

/** Ends a listing whose reader has left; nobody is told. */
const ABANDONED: Error = new Error('the reader has left');

/** Ends all listings of a fleet, or of one client or view, now and in the future. */
export function stopListings(owner: object): void {
  CLOSED.add(owner);
  for (const listing of OPEN.get(owner) ?? []) listing.end(new ClosedError());
}

/**
 * The keys of all servers but the gutter's, one server after the other.
 *
 * @param settingsNow called when the first key is asked for; what it throws is thrown to the reader
 */
export function listKeys(settingsNow: () => KeysSettings): AsyncGenerator<Key, void> {
  const listing = new Listing();
  const keys = keysOf(listing, settingsNow);
  const leave = keys.return.bind(keys);
  // By itself a generator would be told that its reader has left only when what it waits for has come.
  keys.return = (value) => {
    listing.end(ABANDONED);
    return leave(value);
  };
  return keys;
}

async function* keysOf(listing: Listing, settingsNow: () => KeysSettings): AsyncGenerator<Key, void> {
  try {
    const settings = settingsNow();
    await listing.begin(settings);
    // Throws where there are no servers to ask.
    settings.fleet.channels();
    const servers = settings.fleet.snapshots().filter(({ isGutter }) => !isGutter);
    for (const server of servers) {
      for await (const keys of listing.partsOf(server, settings)) {
        for (const encoded of keys) {
          const key = keyUnder(settings.prefix, encoded);
          if (key === undefined) continue;
          yield key;
          listing.check();
        }
      }
    }
  } catch (error) {
    if (error !== ABANDONED) throw error;
  } finally {
    listing.leave();
  }
}

/** One pass over the servers. It can be ended at any time, whatever it waits for. */
class Listing {
  #owners: readonly object[] = [];
  #stopListening: (() => void) | undefined;
  #hasAsked = false;
  #error: Error | undefined;
  /** Ends what is waited for. */
  #interrupt: (error: Error) => void = () => {};

  /** Waits until it may look for servers. @throws ClosedError, AbortError, TimeoutError, QueueFullError */
  async begin({ fleet, client, signal, packOrder, timeoutMs }: KeysSettings): Promise<void> {
    const owners = [fleet, client];
    if (owners.some((owner) => CLOSED.has(owner))) throw new ClosedError();
    if (signal?.aborted) throw new AbortError(false, signal.reason);
    if (signal) {
      const aborted = (): void => this.end(new AbortError(this.#hasAsked, signal.reason));
      this.#stopListening = onAbort(signal, aborted);
    }
    this.#owners = owners;
    for (const owner of owners) {
      const listings = OPEN.get(owner) ?? new Set();
      OPEN.set(owner, listings.add(this));
    }
    const waiting = abortController();
    this.#interrupt = (error) => waiting.abort(error);
    try {
      // A discovery may be yet to name the servers.
      await packOrder.released(timeoutMs, waiting.signal);
    } finally {
      this.#interrupt = () => {};
      this.check();
    }
  }

  /** @throws what it was ended with */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  end(error: Error): void {
    this.#error ??= error;
    this.#interrupt(error);
  }

  leave(): void {
    this.#stopListening?.();
    for (const owner of this.#owners) OPEN.get(owner)?.delete(this);
  }

  /** The keys of a server as it writes them. `hash` walks each item once; servers that are too old for it know `all`. */
  async *partsOf(server: Server, settings: KeysSettings): AsyncGenerator<string[], void> {
    const place = placeInQueue(settings.fleet, server.name);
    let mode = 'hash';
    try {
      await this.#turn(place);
      for (let waitMs = BUSY_WAIT_MS; ; ) {
        try {
          return yield* this.#dump(server, mode, settings, place);
        } catch (error) {
          this.check();
          if (error instanceof ConnectionError) place.disband();
          if (error instanceof UnknownMode && mode === 'hash') mode = 'all';
          else if (error instanceof Busy && place.refusedForMs() < BUSY_LIMIT_MS) {
            await this.#wait(waitMs * (1 - JITTER + 2 * JITTER * Math.random()));
            waitMs = Math.min(2 * waitMs, MAX_BUSY_WAIT_MS);
          } else throw error;
        }
      }
    } finally {
      place.leave();
    }
  }

  async *#dump(
    server: Server,
    mode: string,
    { transport, connectTimeoutMs, connectionTimeoutMs }: KeysSettings,
    place: DumpPlace,
  ): AsyncGenerator<string[], void> {
    const dump = new KeyDump(server, mode, { connectTimeoutMs, connectionTimeoutMs }, () => place.leave());
    this.#interrupt = (error) => dump.fail(error);
    this.#hasAsked = true;
    try {
      start(dump, transport, server);
      for (;;) {
        const keys = await dump.keys();
        this.check();
        place.dumps();
        if (keys === undefined) return;
        yield keys;
        // However much has come already: others have their turns.
        await new Promise<void>((resolve) => afterPoll(resolve));
        this.check();
      }
    } finally {
      dump.stop();
      this.#interrupt = () => {};
    }
  }

  async #turn(place: DumpPlace): Promise<void> {
    this.#interrupt = place.begin;
    await place.come;
    this.#interrupt = () => {};
    this.check();
  }

  async #wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimer(resolve, ms);
      this.#interrupt = () => {
        clearTimer(timer);
        resolve();
      };
    });
    this.#interrupt = () => {};
    this.check();
  }
}

function start(dump: KeyDump, transport: Transport, server: Server): void {
  try {
    dump.start(transport);
  } catch (cause) {
    const details = { server: server.name, cause };
    throw new ConnectionError('MC_CONNECT_FAILED', 'no connection could be made', details);
  }
}

/** The key without the prefix; `undefined` for one that does not begin with it. */
function keyUnder(prefix: string, encoded: string): Key | undefined {
  const key = decodedKey(encoded);
  if (prefix === '') return key;
  if (typeof key === 'string') return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
  const before = encodeUtf8(prefix);
  return before.every((byte, at) => byte === key[at]) ? key.subarray(before.length) : undefined;
}

/** Text where the key is UTF-8, else its bytes. */
function decodedKey(encoded: string): Key {
  if (!encoded.includes('%')) return encoded;
  try {
    return decodeURIComponent(encoded);
  } catch {
    const text = encoded.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
    return copyBytes(
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
      0,
      text.length,
    );
  }
}
