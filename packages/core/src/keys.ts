import { onAbort } from './abort.js';
import type { AbortSignalLike, Key, KeysOptions, Server, Transport } from './contract.js';
import { AbortError, ClosedError, ConnectionError } from './errors.js';
import type { Fleet } from './fleet.js';
import { Busy, KeyDump, UnknownMode } from './keys-dump.js';
import { afterPoll, clearTimer, copyBytes, encodeUtf8, setTimer } from './runtime.js';

/** What a listing of keys needs of a client. */
export interface KeysSettings {
  readonly fleet: Fleet;
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

/** The listings of each fleet, and of each client or view, to be ended with it; and those that are closed. */
const OPEN: WeakMap<object, Set<Listing>> = new WeakMap();
const CLOSED: WeakSet<object> = new WeakSet();

/** Ends all listings of a fleet, or of one client or view, now and in the future. */
export function stopListings(owner: object): void {
  CLOSED.add(owner);
  for (const listing of OPEN.get(owner) ?? []) listing.end(new ClosedError());
}

/** The keys of all servers but the gutter's, one server after the other. */
export async function* listKeys(settings: KeysSettings, options: KeysOptions): AsyncGenerator<Key, void> {
  const { fleet, prefix } = settings;
  const listing = new Listing(settings, options.signal ?? undefined);
  try {
    // Throws where there are no servers to ask.
    fleet.channels();
    const servers = fleet.snapshots().filter(({ isGutter }) => !isGutter);
    for (const server of servers) {
      for await (const keys of listing.partsOf(server)) {
        for (const encoded of keys) {
          const key = keyUnder(prefix, encoded);
          if (key === undefined) continue;
          yield key;
          listing.check();
        }
      }
    }
  } finally {
    listing.leave();
  }
}

/** One pass over the servers. It can be ended at any time, whatever it waits for. */
class Listing {
  readonly #settings: KeysSettings;
  readonly #owners: readonly object[];
  readonly #stopListening: (() => void) | undefined;
  #error: Error | undefined;
  /** Ends what is waited for. */
  #interrupt: (error: Error) => void = () => {};

  /** @throws ClosedError, AbortError */
  constructor(settings: KeysSettings, signal: AbortSignalLike | undefined) {
    this.#settings = settings;
    this.#owners = [settings.fleet, settings.client];
    if (this.#owners.some((owner) => CLOSED.has(owner))) throw new ClosedError();
    if (signal?.aborted) throw new AbortError(false, signal.reason);
    this.#stopListening = signal && onAbort(signal, () => this.end(new AbortError(true, signal.reason)));
    for (const owner of this.#owners) {
      const listings = OPEN.get(owner) ?? new Set();
      OPEN.set(owner, listings.add(this));
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
  async *partsOf(server: Server): AsyncGenerator<string[], void> {
    let mode = 'hash';
    let waitedMs = 0;
    for (let waitMs = BUSY_WAIT_MS; ; ) {
      try {
        return yield* this.#dump(server, mode);
      } catch (error) {
        this.check();
        if (error instanceof UnknownMode && mode === 'hash') mode = 'all';
        else if (error instanceof Busy && waitedMs < BUSY_LIMIT_MS) {
          await this.#wait(waitMs);
          waitedMs += waitMs;
          waitMs = Math.min(2 * waitMs, MAX_BUSY_WAIT_MS);
        } else throw error;
      }
    }
  }

  async *#dump(server: Server, mode: string): AsyncGenerator<string[], void> {
    const { transport, connectTimeoutMs, connectionTimeoutMs } = this.#settings;
    const dump = new KeyDump(server, mode, { connectTimeoutMs, connectionTimeoutMs });
    this.#interrupt = (error) => dump.fail(error);
    try {
      start(dump, transport, server);
      for (;;) {
        const keys = await dump.keys();
        this.check();
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

  async #wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimer(resolve, ms);
      this.#interrupt = () => {
        clearTimer(timer);
        resolve();
      };
    });
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
