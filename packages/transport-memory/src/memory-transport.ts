import type { Link, LinkEvents, Server, Transport } from '@mc/core';
import { MemcachedError } from '@mc/protocol';
import { type ClusterConfig, encodeCluster } from './engine/cluster-config.js';
import { Engine, type EngineOptions } from './engine/engine.js';
import type { ClockMode } from './engine/engine-clock.js';
import { MemoryLink } from './memory-link.js';
import { Session } from './session.js';
import { taskQueue } from './task-queue.js';

/** Options of {@link memoryTransport}; all servers of a transport share them. */
export interface MemoryTransportOptions {
  /** The servers' clock, in milliseconds since 1970. Default `Date.now`, looked up at each call. */
  readonly now?: () => number;
  /**
   * `second` counts time in whole seconds, as memcached does: an item with a ttl of 1 lives up to a second, and may
   * be gone at once. `precise` expires it exactly 1,000 ms after it was stored. Default `second`.
   */
  readonly clock?: ClockMode;
  /** Largest item in bytes, with its key and about 60 bytes of header, as memcached's -I. Default 1 MiB. */
  readonly maxItemBytes?: number;
  /** Memory for the items of one server in bytes, as memcached's -m. Default 64 MiB. */
  readonly memoryBytes?: number;
  /** Whether the items used longest ago make room for new ones; false refuses new ones (-M). Default true. */
  readonly evict?: boolean;
  /** What every server answers to `config get cluster`, as a managed cluster's do. Default none: it is an ERROR. */
  readonly cluster?: ClusterConfig;
}

/** One embedded server, as seen from outside. */
export interface MemoryServer {
  /** Its name: `host:port`, `[v6]:port` or a socket path. */
  readonly name: string;
  /** Number of items; an expired one counts until it is asked for or its memory is needed. */
  readonly items: number;
  /** What the items count for, in bytes. */
  readonly bytes: number;
  /** Number of open connections. */
  readonly connections: number;
  /** Drops all items at once. */
  flush(): void;
}

/** A transport whose servers live in this process. */
export interface MemoryTransport extends Transport {
  /** The server of a name, as a client calls it (`host:port`); it is made where there is none yet. */
  server(name: string): MemoryServer;
  /** Names of the servers that were connected to or asked for. */
  readonly serverNames: readonly string[];
  /**
   * Changes what the servers answer to `config get cluster`; `undefined` makes them plain servers again.
   *
   * @throws MemcachedError `MC_CONFIGURATION` for what the format cannot hold
   */
  setCluster(cluster: ClusterConfig | undefined): void;
}

const MEBIBYTE = 1_048_576;

/**
 * Makes a transport with an embedded memcached behind every server name. The servers and their items belong to it:
 * all clients that share the transport share the items, and two transports share nothing.
 *
 * @throws MemcachedError `MC_CONFIGURATION` for a limit that is not a positive integer, or a cluster that cannot be told
 */
export function memoryTransport(options: MemoryTransportOptions = {}): MemoryTransport {
  return new EmbeddedServers({
    now: options.now ?? (() => Date.now()),
    clock: options.clock ?? 'second',
    maxItemBytes: positiveInteger('maxItemBytes', options.maxItemBytes ?? MEBIBYTE),
    memoryBytes: positiveInteger('memoryBytes', options.memoryBytes ?? 64 * MEBIBYTE),
    evict: options.evict ?? true,
    cluster: { current: options.cluster === undefined ? undefined : encodeCluster(options.cluster) },
  });
}

function positiveInteger(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new MemcachedError('MC_CONFIGURATION', `${name} must be a positive integer`);
  }
  return value;
}

class EmbeddedServers implements MemoryTransport {
  readonly #options: EngineOptions;
  readonly #engines = new Map<string, Engine>();
  readonly #later = taskQueue();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  get serverNames(): readonly string[] {
    return [...this.#engines.keys()];
  }

  connect(server: Server, events: LinkEvents): Link {
    return new MemoryLink(new Session(this.#engine(server.name)), events, this.#later);
  }

  setCluster(cluster: ClusterConfig | undefined): void {
    this.#options.cluster.current = cluster === undefined ? undefined : encodeCluster(cluster);
  }

  server(name: string): MemoryServer {
    return new ServerView(name, this.#engine(name));
  }

  #engine(name: string): Engine {
    let engine = this.#engines.get(name);
    if (engine === undefined) {
      engine = new Engine(this.#options);
      this.#engines.set(name, engine);
    }
    return engine;
  }
}

class ServerView implements MemoryServer {
  readonly name: string;
  readonly #engine: Engine;

  constructor(name: string, engine: Engine) {
    this.name = name;
    this.#engine = engine;
  }

  get items(): number {
    return this.#engine.store.count;
  }

  get bytes(): number {
    return this.#engine.store.bytes;
  }

  get connections(): number {
    return this.#engine.connections;
  }

  flush(): void {
    this.#engine.clock.tick();
    this.#engine.store.flush(0);
  }
}
