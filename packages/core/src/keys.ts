import type { AbortSignalLike, Key, KeysOptions, Server, Transport } from './contract.js';
import { AbortError, ClosedError, ConnectionError } from './errors.js';
import type { Fleet } from './fleet.js';
import { Busy, KeyDump, UnknownMode } from './keys-dump.js';
import { copyBytes, encodeUtf8, setTimer } from './runtime.js';

/** What a listing of keys needs of a client. */
export interface KeysSettings {
  readonly fleet: Fleet;
  readonly transport: Transport;
  readonly prefix: string;
  readonly connectTimeoutMs: number;
  readonly connectionTimeoutMs: number;
}

/** A server makes one dump at a time; how long another one is waited for, and the first wait, in milliseconds. */
const BUSY_LIMIT_MS = 10_000;
const BUSY_WAIT_MS = 25;
const MAX_BUSY_WAIT_MS = 500;

/** The dumps of each client that are being read, to be ended with it. */
const OPEN: WeakMap<Fleet, Set<KeyDump>> = new WeakMap();

/** Ends all listings of a client. */
export function stopListings(fleet: Fleet): void {
  for (const dump of OPEN.get(fleet) ?? []) dump.fail(new ClosedError());
}

/** The keys of all servers but the gutter's, one server after the other. */
export async function* listKeys(settings: KeysSettings, options: KeysOptions): AsyncGenerator<Key, void> {
  // Throws where there are no servers to ask.
  settings.fleet.channels();
  const { prefix } = settings;
  const servers = settings.fleet.snapshots().filter(({ isGutter }) => !isGutter);
  for (const server of servers) {
    for await (const encoded of encodedKeys(settings, server, options.signal ?? undefined)) {
      const key = keyUnder(prefix, encoded);
      if (key !== undefined) yield key;
    }
  }
}

/** The keys of a server as it writes them. `hash` walks each item once; servers that are too old for it know `all`. */
async function* encodedKeys(
  settings: KeysSettings,
  server: Server,
  signal: AbortSignalLike | undefined,
): AsyncGenerator<string, void> {
  let mode = 'hash';
  let waitedMs = 0;
  for (let waitMs = BUSY_WAIT_MS; ; ) {
    const dump = openDump(settings, server, mode, signal);
    try {
      for (;;) {
        const keys = await dump.keys();
        if (keys === undefined) return;
        yield* keys;
      }
    } catch (error) {
      if (error instanceof UnknownMode && mode === 'hash') mode = 'all';
      else if (error instanceof Busy && waitedMs < BUSY_LIMIT_MS) {
        await new Promise<void>((resolve) => setTimer(resolve, waitMs));
        waitedMs += waitMs;
        waitMs = Math.min(2 * waitMs, MAX_BUSY_WAIT_MS);
      } else throw error;
    } finally {
      dump.stop();
      OPEN.get(settings.fleet)?.delete(dump);
    }
  }
}

function openDump(
  { fleet, transport, connectTimeoutMs, connectionTimeoutMs }: KeysSettings,
  server: Server,
  mode: string,
  signal: AbortSignalLike | undefined,
): KeyDump {
  if (signal?.aborted) throw new AbortError(false, signal.reason);
  const dump = new KeyDump(server, mode, { connectTimeoutMs, connectionTimeoutMs });
  const dumps = OPEN.get(fleet) ?? new Set();
  OPEN.set(fleet, dumps.add(dump));
  try {
    dump.start(transport, signal);
  } catch (cause) {
    dumps.delete(dump);
    const details = { server: server.name, cause };
    throw new ConnectionError('MC_CONNECT_FAILED', 'no connection could be made', details);
  }
  return dump;
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
