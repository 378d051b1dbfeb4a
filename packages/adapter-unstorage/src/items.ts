import {
  DecodeError,
  InvalidArgumentError,
  isMemcachedError,
  type MemcachedClient,
  MemcachedError,
  PartialFailureError,
} from '@mc/memcached';
import type { DriverSetup } from './driver-options.js';
import { type Envelope, looksSealed, seal, unseal } from './envelope.js';
import { type Expiry, expiryOf } from './expiry.js';
import type { WrittenKey } from './storage-key.js';
import type { StoredValue } from './unstorage-driver.js';

/** Reads and writes the items of one storage; failures are thrown, but for values that cannot be read. */
export class Items {
  readonly #setup: DriverSetup;
  readonly #client: MemcachedClient;

  constructor(setup: DriverSetup) {
    this.#setup = setup;
    this.#client = setup.client;
  }

  /** Whether it is there. Reads no value, unless its end is stored with it. */
  async has(key: string): Promise<boolean> {
    const written = this.#setup.keys.write(key);
    if (!this.#isSealed(written)) return this.#client.asMap().has(written.wire);
    const value = await this.#client.get(written.wire);
    return looksSealed(value)
      ? this.#envelopeOf('hasItem', written, value) !== undefined
      : value !== undefined;
  }

  /** The value, `undefined` where there is none. */
  async read(operation: string, key: string): Promise<StoredValue | undefined> {
    const written = this.#setup.keys.write(key);
    return this.#open(operation, written, await this.#client.get(written.wire));
  }

  /** The values of all, in one request to each server; `undefined` where there is none. */
  async readMany(operation: string, keys: readonly string[]): Promise<Array<StoredValue | undefined>> {
    const written = keys.map((key) => this.#setup.keys.write(key));
    const values = await this.readWires(
      written.map(({ wire }) => wire),
      (error) => this.#setup.failures.missed(operation, error),
    );
    return written.map((each) => this.#open(operation, each, values.get(each.wire)));
  }

  /** What is stored under the keys of the server. `onUnread` is told of each that could not be read, and may throw. */
  async readWires(
    wires: readonly string[],
    onUnread: (error: unknown) => void,
  ): Promise<Map<string, unknown>> {
    try {
      return await this.#client.getMulti(wires);
    } catch (error) {
      if (!(error instanceof PartialFailureError)) throw error;
      for (const reason of error.errors.values()) onUnread(reason);
      return error.result as Map<string, unknown>;
    }
  }

  /** What is known of an item beside its value; `undefined` where it is not there or that was not stored. */
  async readEnvelope(key: string): Promise<Envelope | undefined> {
    const written = this.#setup.keys.write(key);
    if (!this.#isSealed(written)) return undefined;
    const value = await this.#client.get(written.wire);
    return looksSealed(value) ? this.#envelopeOf('getMeta', written, value) : undefined;
  }

  /** Stores the value; whatever is not stored is an error. */
  async write(key: string, value: unknown, ttl: unknown): Promise<void> {
    const written = this.#setup.keys.write(key);
    const expiry = expiryOf((ttl ?? this.#setup.ttl) as number);
    const stored = await this.#client.set(written.wire, this.#seal(written, plainValue(value), expiry), {
      ttl: expiry.ttl,
    });
    if (!stored) throw new MemcachedError('MC_SERVER_ERROR', 'the server did not store the value');
  }

  async remove(key: string): Promise<void> {
    await this.#client.delete(this.#setup.keys.write(key).wire);
  }

  #isSealed({ long }: WrittenKey): boolean {
    return long !== '' || this.#setup.keepsMeta;
  }

  #seal(written: WrittenKey, value: unknown, { endsAtMs }: Expiry): unknown {
    if (!this.#isSealed(written) && !looksSealed(value)) return value;
    const { data, flags } = this.#client.serialize(value);
    return seal({ flags, data, writtenAtMs: Date.now(), endsAtMs, longKey: written.long });
  }

  #open(operation: string, written: WrittenKey, value: unknown): StoredValue | undefined {
    if (!looksSealed(value)) return (value ?? undefined) as StoredValue | undefined;
    const envelope = this.#envelopeOf(operation, written, value);
    if (envelope === undefined) return undefined;
    try {
      return (this.#client.deserialize(envelope.data, envelope.flags) ?? undefined) as
        | StoredValue
        | undefined;
    } catch (error) {
      this.#setup.failures.missed(operation, error);
      return undefined;
    }
  }

  /** The envelope, unless it is cut, belongs to another key, or what it holds has ended. */
  #envelopeOf(operation: string, written: WrittenKey, bytes: Uint8Array): Envelope | undefined {
    const envelope = unseal(bytes);
    if (envelope === undefined || envelope.longKey !== written.long) {
      this.#setup.failures.report(operation, new DecodeError('the stored value is cut, or of another key'));
      return undefined;
    }
    const hasEnded = envelope.endsAtMs !== 0 && envelope.endsAtMs <= Date.now();
    return hasEnded ? undefined : envelope;
  }
}

/** Bytes of whatever kind as `Uint8Array`, which the client stores as they are; else the value itself. */
function plainValue(value: unknown): unknown {
  if (value === undefined) throw new InvalidArgumentError('undefined cannot be stored');
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Uint8Array(value);
  return value;
}

/** One error for what happened to several writes; nothing where all went well. @throws PartialFailureError */
export function throwFailed(
  keys: readonly string[],
  outcomes: ReadonlyArray<PromiseSettledResult<void>>,
): void {
  const errors = new Map<string, Error>();
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected') errors.set(keys[at] as string, outcome.reason as Error);
  }
  const [only] = errors.values();
  if (errors.size === 1 && isMemcachedError(only)) throw only;
  if (errors.size > 0) throw new PartialFailureError(undefined, errors);
}
