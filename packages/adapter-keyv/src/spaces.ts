import { ConfigurationError, type MemcachedClient } from '@mc/memcached';
import { Place } from './entries.js';
import type { Stored } from './entry.js';
import { type Generation, NoGeneration, StoredGeneration } from './generation.js';
import { escapeNamespace, isDigest, wireKeyOf } from './wire-key.js';

/** What `clear()` does. */
export type ClearPolicy = 'namespace' | 'flush' | 'error';

/** A namespace on the server. */
export interface Space {
  readonly namespace: string;
  readonly generation: Generation;
  /** True where the name on the wire is the name itself. */
  readonly isPlain: boolean;
  /** Before keys that belong to the namespace by their own prefix, or in version 6. */
  readonly prefix: string;
  /** Before keys that were given without a prefix. */
  readonly barePrefix: string;
}

/** The namespaces of a store. */
export class Spaces {
  readonly #client: MemcachedClient<Stored>;
  readonly #clear: ClearPolicy;
  readonly #spaces = new Map<string, Space>();

  constructor(client: MemcachedClient<Stored>, clear: ClearPolicy) {
    this.#client = client;
    this.#clear = clear;
  }

  /** The namespace of this name; '' for none. */
  get(namespace: string): Space {
    const known = this.#spaces.get(namespace);
    if (known !== undefined) return known;
    const name = escapeNamespace(namespace);
    const barePrefix = `${name}|`;
    const space: Space = {
      namespace,
      generation: this.#generationOf(name),
      isPlain: name === namespace,
      prefix: namespace === '' ? barePrefix : `${name}:`,
      barePrefix,
    };
    this.#spaces.set(namespace, space);
    return space;
  }

  #generationOf(name: string): Generation {
    if (this.#clear === 'namespace') return new StoredGeneration(this.#client, `${name}@generation`);
    return new NoGeneration(this.#clear === 'flush' ? () => this.#client.flushAll() : refuseClear);
  }
}

/** Where the entry of a key is, under one of the prefixes of a namespace. */
export function placeIn({ generation }: Space, prefix: string, key: string): Place {
  const wire = wireKeyOf(prefix, key);
  return new Place(generation, wire, isDigest(prefix, wire) ? key : undefined);
}

async function refuseClear(): Promise<never> {
  throw new ConfigurationError("clear() is switched off for this store (clear: 'error')");
}
