import type { DriverSetup } from './driver-options.js';
import { looksSealed, unseal } from './envelope.js';
import type { Failures } from './failures.js';
import type { Items } from './items.js';
import { unescapeText } from './storage-key.js';

/** How many items are read or deleted at once. */
const CHUNK = 500;
/** Likewise for those of long keys, which are read with their values. */
const LONG_CHUNK = 50;

/** A key as the server and as the storage know it. */
interface Listed {
  readonly wire: string;
  readonly key: string;
}

/** Finds the keys of one storage by the server's own list. */
export class Listing {
  readonly #setup: DriverSetup;
  readonly #items: Items;

  constructor(setup: DriverSetup, items: Items) {
    this.#setup = setup;
    this.#items = items;
  }

  /** The storage's keys under `base`. */
  async keys(base: string | undefined): Promise<string[]> {
    const { failures } = this.#setup;
    const listed = await this.#list(startOf(base), (error) => failures.unlisted('getKeys', error));
    return listed.map(({ key }) => key);
  }

  /** Deletes the items whose keys are under `base`; whatever could not be deleted is an error. */
  async clear(base: string | undefined): Promise<void> {
    const { client, failures } = this.#setup;
    const start = startOf(base);
    const wires = start === '' ? await this.#wires() : await this.#wiresUnder(start, failures);
    for (const some of chunksOf(wires, CHUNK)) await client.deleteMulti(some);
  }

  async #wiresUnder(start: string, failures: Failures): Promise<string[]> {
    const listed = await this.#list(start, (error) => failures.unreadable('clear', error));
    return listed.map(({ wire }) => wire);
  }

  /** All keys of the storage as the server knows them. */
  async #wires(): Promise<string[]> {
    const { client, keys } = this.#setup;
    const found = new Set<string>();
    for await (const wire of client.keys()) {
      if (typeof wire === 'string' && wire.startsWith(keys.prefix)) found.add(wire);
    }
    return [...found];
  }

  async #list(start: string, onUnread: (error: unknown) => void): Promise<Listed[]> {
    const { keys } = this.#setup;
    const wires = await this.#wires();
    const found: Listed[] = [];
    for (const wire of wires) {
      const key = keys.read(wire);
      if (key?.startsWith(start)) found.push({ wire, key });
    }
    const digests = wires.filter((wire) => keys.isDigest(wire));
    for (const some of chunksOf(digests, LONG_CHUNK)) {
      for (const [wire, value] of await this.#items.readWires(some, onUnread)) {
        const key = unescapeText((looksSealed(value) && unseal(value)?.longKey) || '');
        if (key !== '' && key.startsWith(start)) found.push({ wire, key });
      }
    }
    return found;
  }
}

/** What the keys under a base begin with; empty for all. */
function startOf(base: string | undefined): string {
  const name = (base ?? '').replace(/:+$/, '');
  return name === '' ? '' : `${name}:`;
}

function chunksOf<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < list.length; at += size) chunks.push(list.slice(at, at + size));
  return chunks;
}
