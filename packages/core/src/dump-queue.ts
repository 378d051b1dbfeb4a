import { clockMs } from './runtime.js';

/** The lines of each fleet, by the names of its servers; none where nobody stands in it. */
const LINES: WeakMap<object, Map<string, DumpQueue>> = new WeakMap();

/** A place at the end of the line of the fleet's listings at a server; it must leave, whatever comes. */
export function placeInQueue(fleet: object, server: string): DumpPlace {
  const lines = LINES.get(fleet) ?? new Map<string, DumpQueue>();
  LINES.set(fleet, lines);
  const queue = lines.get(server) ?? new DumpQueue(() => lines.delete(server));
  lines.set(server, queue);
  return new DumpPlace(queue);
}

/** The listings that want a dump of one server, which makes one at a time and refuses others: one asks, in order. */
class DumpQueue {
  readonly #places: Set<DumpPlace> = new Set();
  readonly #onEmpty: () => void;
  /** Since when somebody else's dump is in the way. */
  busySinceMs: number | undefined;

  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  join(place: DumpPlace): void {
    this.#places.add(place);
    if (this.#places.size === 1) place.begin();
  }

  leave(place: DumpPlace): void {
    if (!this.#places.delete(place)) return;
    const [first] = this.#places;
    if (first === undefined) this.#onEmpty();
    else first.begin();
  }

  disband(place: DumpPlace): void {
    if (!this.#places.has(place)) return;
    for (const other of this.#places) other.begin();
    this.#places.clear();
    this.#onEmpty();
  }
}

/** Of one listing in the line at a server. */
export class DumpPlace {
  /** Resolves when the listing may ask. */
  readonly come: Promise<void>;
  /** Lets the listing ask. */
  readonly begin: () => void;
  readonly #queue: DumpQueue;
  readonly #joinedMs: number = clockMs();

  constructor(queue: DumpQueue) {
    let begin = (): void => {};
    this.come = new Promise((resolve) => {
      begin = resolve;
    });
    this.begin = begin;
    this.#queue = queue;
    queue.join(this);
  }

  /** For how long this one has been waiting for a dump of somebody else, in line or asking. Told of each refusal. */
  refusedForMs(): number {
    const nowMs = clockMs();
    this.#queue.busySinceMs ??= nowMs;
    return nowMs - Math.max(this.#joinedMs, this.#queue.busySinceMs);
  }

  /** The server makes this one's dump. */
  dumps(): void {
    this.#queue.busySinceMs = undefined;
  }

  /** The next one may ask. */
  leave(): void {
    this.#queue.leave(this);
  }

  /**
   * All ask now, unless this one has left: where a server does not answer, each would take its timeout, one after the
   * other.
   */
  disband(): void {
    this.#queue.disband(this);
  }
}
