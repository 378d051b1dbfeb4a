import type { DiscoveredServers, Discovery, ServerInput } from './contract.js';
import { ClosedError, ConfigurationError, TimeoutError } from './errors.js';
import type { Events } from './events.js';
import type { Fleet } from './fleet.js';
import {
  type AbortControllerLike,
  abortController,
  clearTimer,
  setTimer,
  type TimerHandle,
} from './runtime.js';
import { parseServers } from './server-list.js';

/** A look that takes longer is given up. */
const LOOK_TIMEOUT_MS = 10_000;
/** While no list has been found yet, the next look is not far away. */
const FIRST_WAIT_MS = 1000;
/** Each wait is this part shorter or longer, by chance, so that clients do not look all at once. */
const JITTER = 0.2;
/** A timer told to wait longer than this would not wait at all. */
const LONGEST_WAIT_MS = 2_147_483_647;

/** Keeps the servers of a client as a {@link Discovery} says, by looking again and again. */
export class DiscoveryLoop {
  readonly #discovery: Discovery;
  /** As it was when it was checked. */
  readonly #intervalMs: number;
  readonly #name: string;
  readonly #fleet: Fleet;
  readonly #events: Events;
  #version: bigint | undefined;
  /** Older ones that were told of. */
  readonly #ignored: Set<bigint> = new Set();
  /** The list that was taken last, to tell whether there is a new one. */
  #list: string | undefined;
  #timer: TimerHandle | undefined;
  /** Of the look that is going on. */
  #abort: AbortControllerLike | undefined;
  #isStopped = false;
  constructor(discovery: Discovery, fleet: Fleet, events: Events) {
    this.#discovery = discovery;
    this.#intervalMs = discovery.intervalMs;
    this.#name = discovery.name;
    this.#fleet = fleet;
    this.#events = events;
  }

  /** Begins to look. */
  start(): void {
    void this.#look();
  }

  /** Looks no more. */
  stop(): void {
    this.#isStopped = true;
    this.#stopTimer();
    this.#abort?.abort(new ClosedError());
  }

  async #look(): Promise<void> {
    try {
      const found = await this.#inTime();
      if (!this.#isStopped) this.#take(found);
    } catch (error) {
      if (!this.#isStopped) this.#events.emit('discoveryFailed', { source: this.#name, error });
    }
    if (this.#isStopped) return;
    const waitMs = this.#list === undefined ? Math.min(this.#intervalMs, FIRST_WAIT_MS) : this.#intervalMs;
    const jittered = waitMs * (1 - JITTER + 2 * JITTER * Math.random());
    this.#timer = setTimer(() => void this.#look(), Math.min(jittered, LONGEST_WAIT_MS));
  }

  /** One look, or an error where it takes too long. */
  async #inTime(): Promise<DiscoveredServers> {
    const abort = abortController();
    this.#abort = abort;
    const timeout = new Promise<never>((_resolve, reject) => {
      this.#timer = setTimer(() => {
        const error = new TimeoutError(true, LOOK_TIMEOUT_MS);
        reject(error);
        abort.abort(error);
      }, LOOK_TIMEOUT_MS);
    });
    try {
      return await Promise.race([this.#discovery.look(abort.signal), timeout]);
    } finally {
      this.#abort = undefined;
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
    if (this.#version !== undefined && version !== undefined) {
      if (version < this.#version) {
        this.#ignore(version, this.#version);
        return;
      }
      if (version > this.#version) this.#ignored.clear();
    }
    const list = textOf(servers);
    // The same list again is no news: no ring is built, and nothing is undone that was changed by hand meanwhile.
    if (list !== this.#list) void this.#fleet.set(servers);
    this.#list = list;
    this.#version = version ?? this.#version;
  }

  /** A late answer, or a source that was made anew and counts from the beginning: told once, for somebody to see. */
  #ignore(version: bigint, last: bigint): void {
    if (this.#ignored.has(version)) return;
    this.#ignored.add(version);
    const error = new ConfigurationError(
      `version ${version} of the list is ignored: the last one was ${last}`,
    );
    this.#events.emit('discoveryFailed', { source: this.#name, error });
  }
}

/** A text that two lists share only where they are the same. @throws ConfigurationError */
function textOf(servers: readonly ServerInput[]): string {
  return JSON.stringify(parseServers(servers).map(({ name, weight }) => [name, weight]));
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
