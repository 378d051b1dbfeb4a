import type { Link } from '../contract.js';
import { allocate } from '../runtime.js';

const BUFFER_BYTES = 65_536;
/** A larger buffer is made for one request and not kept. */
const MAX_KEPT_BYTES = 1_048_576;

/**
 * Gathers the requests of a tick in one reusable buffer. Write at `buffer[at]` after {@link reserve}, then move `at`.
 */
export class Outbox {
  buffer: Uint8Array = allocate(BUFFER_BYTES);
  at = 0;
  /** True while the link still owns bytes it was given: wait for {@link drained}. */
  blocked = false;
  #spare: Uint8Array | undefined;
  #lent: Uint8Array | undefined;
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Makes room for `bytes` more. */
  reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    this.flush();
    if (bytes > this.buffer.length)
      this.buffer = allocate(Math.max(bytes, Math.min(this.buffer.length * 2, MAX_KEPT_BYTES)));
  }

  /** Sends what was gathered. */
  flush(): void {
    if (this.at === 0) return;
    const buffer = this.buffer;
    const full = this.at === buffer.length ? buffer : buffer.subarray(0, this.at);
    this.at = 0;
    if (this.#link.write(full)) return;
    this.blocked = true;
    this.#lent = buffer;
    this.buffer = this.#spare ?? allocate(BUFFER_BYTES);
    this.#spare = undefined;
  }

  /** Sends bytes without gathering them; returns false where the link owns them until {@link drained}. */
  sendBorrowed(bytes: Uint8Array): boolean {
    this.flush();
    if (this.#link.write(bytes)) return true;
    this.blocked = true;
    return false;
  }

  /** The link has sent all it was given. */
  drained(): void {
    this.blocked = false;
    const lent = this.#lent;
    this.#lent = undefined;
    if (lent !== undefined && lent.length <= MAX_KEPT_BYTES) this.#spare = lent;
  }
}
