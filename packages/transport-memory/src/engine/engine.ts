import type { ClusterHolder } from './cluster-config.js';
import { type ClockMode, EngineClock } from './engine-clock.js';
import { ItemStore } from './item-store.js';
import { Statistics } from './statistics.js';

/** How an embedded server is set up; memcached's options in brackets. */
export interface EngineOptions {
  /** The clock, milliseconds since 1970. */
  readonly now: () => number;
  readonly clock: ClockMode;
  /** Largest item in bytes, header included (-I). */
  readonly maxItemBytes: number;
  /** Memory for items in bytes (-m). */
  readonly memoryBytes: number;
  /** False to refuse new items where memory is short rather than to drop old ones (-M). */
  readonly evict: boolean;
  /** What it says of the cluster it belongs to. */
  readonly cluster: ClusterHolder;
}

/** memcached's answer to `version`: the release whose behaviour this is. */
const VERSION = '1.6.18';
/** Source: memcached.h, MAX_VERBOSITY_LEVEL. */
const MAX_VERBOSITY = 2;

/** The state of one embedded memcached; what the commands do to it stands in the files named after them. */
export class Engine {
  readonly version: string = VERSION;
  readonly clock: EngineClock;
  readonly statistics: Statistics = new Statistics();
  readonly store: ItemStore;
  readonly maxItemBytes: number;
  readonly memoryBytes: number;
  readonly evict: boolean;
  readonly cluster: ClusterHolder;
  /** Number of open connections. */
  connections = 0;
  #verbosity = 0;

  constructor(options: EngineOptions) {
    this.clock = new EngineClock(options.now, options.clock);
    this.store = new ItemStore(this.clock, this.statistics, options);
    this.maxItemBytes = options.maxItemBytes;
    this.memoryBytes = options.memoryBytes;
    this.evict = options.evict;
    this.cluster = options.cluster;
  }

  /** The level that `verbosity` set. It is only kept: nothing is logged. */
  get verbosity(): number {
    return this.#verbosity;
  }

  set verbosity(level: number) {
    this.#verbosity = Math.min(level, MAX_VERBOSITY);
  }
}
