import type { DiscoveredServers, Discovery, ServerInput } from './contract.js';
import { ConfigurationError } from './errors.js';
import type { Events } from './events.js';
import type { Fleet } from './fleet.js';
import { clearTimer, setTimer, type TimerHandle } from './runtime.js';

/** A look that takes longer is given up. */
const LOOK_TIMEOUT_MS = 10_000;
/** While no list has been found yet, the next look is not far away. */
const FIRST_WAIT_MS = 1000;
/** Each wait is this part shorter or longer, by chance, so that clients do not look all at once. */
const JITTER = 0.2;

/** Keeps the servers of a client as a {@link Discovery} says, by looking again and again. */
export class DiscoveryLoop {
  readonly #discovery: Discovery;
  readonly #fleet: Fleet;
  readonly #events: Events;
  #version: bigint | undefined;
  #timer: TimerHandle | undefined;
  #isStopped = false;
  #hasList = false;
  #onFirstList: () => void = () => {};

  constructor(discovery: Discovery, fleet: Fleet, events: Events) {
    this.#discovery = discovery;
    this.#fleet = fleet;
    this.#events = events;
  }

  /** Begins to look. Resolves with the first list, or when it is stopped. */
  start(): Promise<void> {
    const firstList = new Promise<void>((resolve) => {
      this.#onFirstList = resolve;
    });
    void this.#look();
    return firstList;
  }

  /** Looks no more. */
  stop(): void {
    this.#isStopped = true;
    this.#stopTimer();
    this.#onFirstList();
  }

  async #look(): Promise<void> {
    try {
      const found = await this.#inTime();
      if (!this.#isStopped) this.#take(found);
    } catch (error) {
      if (!this.#isStopped) this.#events.emit('discoveryFailed', { source: this.#discovery.name, error });
    }
    if (this.#isStopped) return;
    const { intervalMs } = this.#discovery;
    const waitMs = this.#hasList ? intervalMs : Math.min(intervalMs, FIRST_WAIT_MS);
    this.#timer = setTimer(() => void this.#look(), waitMs * (1 - JITTER + 2 * JITTER * Math.random()));
  }

  /** One look, or an error where it takes too long. */
  async #inTime(): Promise<DiscoveredServers> {
    const { name } = this.#discovery;
    const timeout = new Promise<never>((_resolve, reject) => {
      this.#timer = setTimer(() => {
        reject(new ConfigurationError(`${name} did not answer within ${LOOK_TIMEOUT_MS} ms`));
      }, LOOK_TIMEOUT_MS);
    });
    try {
      return await Promise.race([this.#discovery.look(), timeout]);
    } finally {
      this.#stopTimer();
    }
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** @throws ConfigurationError for rubbish: nothing changes then */
  #take(found: DiscoveredServers): void {
    const { servers, version } = checkFound(found);
    if (this.#version !== undefined && version !== undefined && version < this.#version) return;
    void this.#fleet.set(servers);
    this.#version = version ?? this.#version;
    this.#hasList = true;
    this.#onFirstList();
  }
}

interface CheckedServers {
  readonly servers: readonly ServerInput[];
  readonly version: bigint | undefined;
}

function checkFound(found: DiscoveredServers): CheckedServers {
  const version: unknown = found?.version;
  if (!Array.isArray(found?.servers))
    throw new ConfigurationError('a discovery must answer a list of servers');
  if (version === undefined || typeof version === 'bigint') return { servers: found.servers, version };
  if (!Number.isSafeInteger(version))
    throw new ConfigurationError('the version of a list must be an integer');
  return { servers: found.servers, version: BigInt(version as number) };
}
