import {
  isServerFailure,
  type MemcachedError,
  type ReplyKind,
  type ReplyReader,
  type RequestParameters,
  type WireKey,
} from '@mc/protocol';
import { onAbort } from './abort.js';
import { timeoutOf } from './arguments.js';
import {
  type CallInput,
  limitTtl,
  parametersOf,
  type Unpack,
  unpackReply,
  unpackReplyWithCas,
} from './call.js';
import { Pending } from './connection/pending.js';
import type { ServerChannel } from './connection/server-channel.js';
import type { Context } from './context.js';
import type { AbortSignalLike, Key } from './contract.js';
import { AbortError, CacheMissError } from './errors.js';
import type { Operation } from './operations.js';
import { clockMs } from './runtime.js';
import { valueInTime } from './within.js';

/** A batch is granted its timeout once for each part of this many keys or bytes on a server. */
const PART_KEYS = 16_384;
const PART_BYTES = 8_388_608;

/** Stands in the results where there is nothing: a miss, or a failure (then `errors` has the reason). */
export const NOTHING_THERE: unique symbol = Symbol('nothing there');

const NO_ERRORS: ReadonlyMap<Key, Error> = new Map();

/** Makes the result of a batch of what became of its keys; may throw. */
export type Conclude = (batch: Batch) => unknown;

/** One operation on many keys: a request for each distinct key, one promise for all. */
export class Batch {
  readonly context: Context;
  readonly operation: Operation;
  readonly timeoutMs: number;
  /** The batch's promise. */
  readonly outcome: Promise<unknown>;
  /** The keys as given. */
  readonly given: Key[] = [];
  /** What became of each key, in the order of `given`. */
  readonly results: unknown[] = [];
  readonly #signal: AbortSignalLike | undefined;
  readonly #parameters: RequestParameters;
  readonly #conclude: Conclude;
  readonly #items: BatchItem[] = [];
  #errors: Map<Key, Error> | undefined;
  #failuresSeen: Set<string | undefined> | undefined;
  #open = 0;
  /** When the deadlines count from; 0 for the flush, as where nothing had to be waited for. */
  #startMs = 0;
  #resolve: (result: unknown) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #stopListening: (() => void) | undefined;

  /** @throws InvalidArgumentError */
  constructor(context: Context, operation: Operation, input: CallInput, conclude: Conclude) {
    this.context = context;
    this.operation = operation;
    this.timeoutMs = timeoutOf(input.options, context.timeoutMs);
    this.#signal = input.options?.signal ?? undefined;
    this.#parameters = parametersOf(input);
    this.#conclude = conclude;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Reason by key as given; empty where nothing failed. */
  get errors(): ReadonlyMap<Key, Error> {
    return this.#errors ?? NO_ERRORS;
  }

  /** Adds a key that has a request of its own. */
  add(givenKey: Key, key: WireKey): BatchItem {
    const item = new BatchItem(this, key, this.#parameters, this.given.length);
    this.#items.push(item);
    this.given.push(givenKey);
    this.results.push(NOTHING_THERE);
    return item;
  }

  /** Adds a key whose bytes are those of an earlier one: the request serves both. */
  addSame(item: BatchItem, givenKey: Key): void {
    item.addPlace(this.given.length);
    this.given.push(givenKey);
    this.results.push(NOTHING_THERE);
  }

  /** The deadlines count from now, since the batch has to wait before it is sent. */
  startClock(): void {
    this.#startMs = clockMs();
  }

  /** Sends all at once, and everything of one server in one go. */
  submit(channelOf: (item: BatchItem) => ServerChannel): void {
    // All have their way before any is sent.
    for (const item of this.#items) item.channel = channelOf(item);
    if (this.#signal !== undefined) this.#stopListening = this.#listen(this.#signal);
    const items = this.#items;
    this.#open = items.length;
    if (items.length === 0) this.#finish();
    this.#grantTime();
    for (const item of items) {
      const channel = item.channel as ServerChannel;
      if (channel.maxTtl > 0) limitTtl(item, channel.maxTtl);
      channel.submit(item, true);
    }
  }

  /** A large batch is sent in parts, and the later ones wait for the earlier. */
  #grantTime(): void {
    const loads = new Map<ServerChannel | undefined, { keys: number; bytes: number }>();
    for (const item of this.#items) {
      const load = loads.get(item.channel) ?? { keys: 0, bytes: 0 };
      if (load.keys === 0) loads.set(item.channel, load);
      item.timeoutMs *= 1 + Math.floor(Math.max(load.keys / PART_KEYS, load.bytes / PART_BYTES));
      if (this.#startMs > 0) item.deadlineMs = this.#startMs + item.timeoutMs;
      load.keys += 1;
      load.bytes += item.parameters.bodyLength;
    }
  }

  #listen(signal: AbortSignalLike): () => void {
    return onAbort(signal, () => {
      const open = this.#items.filter((item) => !item.settled);
      this.#reject(
        new AbortError(
          open.some((item) => item.sent),
          signal.reason,
        ),
      );
      for (const item of open) {
        item.settled = true;
        item.channel?.abandoned(item);
      }
    });
  }

  /** The value of a place is there; or a promise of it, where it is decompressed off the thread. */
  found(place: number, item: BatchItem): void {
    const value = this.results[place];
    if (!(value instanceof Promise)) return;
    this.#open += 1;
    valueInTime(value, item).then(
      (plain: unknown) => {
        this.results[place] = plain;
        this.itemSettled();
      },
      (error: Error) => {
        this.failed(place, error);
        this.itemSettled();
      },
    );
  }

  /** The key at a place failed. */
  failed(place: number, error: Error): void {
    this.results[place] = NOTHING_THERE;
    this.#errors ??= new Map();
    this.#errors.set(this.given[place] as Key, error);
  }

  /** A request is done. */
  itemSettled(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#finish();
  }

  /** Reports a failure that is hidden from the caller, once a server. */
  hide(error: MemcachedError): void {
    this.#failuresSeen ??= new Set();
    if (this.#failuresSeen.has(error.server)) return;
    this.#failuresSeen.add(error.server);
    this.context.events.emit('failure', { server: error.server, operation: this.operation.name, error });
  }

  #finish(): void {
    try {
      this.#resolve(this.#conclude(this));
    } catch (error) {
      this.#reject(error);
    }
    this.#stopListening?.();
  }
}

/** The request for one distinct key of a batch. */
export class BatchItem extends Pending {
  /** Where it goes; known when the batch is submitted. */
  channel: ServerChannel | undefined = undefined;
  readonly #batch: Batch;
  readonly #place: number;
  /** Further places of the result that are this key's. */
  #morePlaces: number[] | undefined = undefined;
  #unreadable: Error | undefined = undefined;

  constructor(batch: Batch, key: WireKey, parameters: RequestParameters, place: number) {
    const { operation, context } = batch;
    super(operation.command, key, parameters, batch.timeoutMs, operation.canRetry ? context.retries : 0);
    this.#batch = batch;
    this.#place = place;
  }

  addPlace(place: number): void {
    this.#morePlaces ??= [];
    this.#morePlaces.push(place);
  }

  override onReply(kind: ReplyKind, reader: ReplyReader): void {
    switch (this.#batch.operation.replies[kind]) {
      case 'value':
        this.#keep(unpackReply, reader);
        break;
      case 'valueWithCas':
        this.#keep(unpackReplyWithCas, reader);
        break;
      case 'miss':
        this.#finishRead();
        break;
      case 'true':
      case 'number':
        this.#settle(true);
        break;
      case 'false':
        this.#settle(false);
        break;
      case 'missingCounter':
        this.onFailure(new CacheMissError([this.#batch.given[this.#place] as Key]));
        break;
      default:
        break;
    }
  }

  override onFailure(error: MemcachedError): void {
    if (this.settled) return;
    const { context, operation } = this.#batch;
    if (operation.onFailure !== undefined && context.onServerFailure === 'miss' && isServerFailure(error)) {
      this.#batch.hide(error);
      this.#settle(operation.onFailure === 'miss' ? NOTHING_THERE : false);
      return;
    }
    this.#fail(error);
  }

  /** Reads the value once for each of its places, while its bytes are there; it counts when the line has ended. */
  #keep(unpack: Unpack, reader: ReplyReader): void {
    const batch = this.#batch;
    try {
      // Several places never share one object, nor its memory.
      const mayOwn = this.#morePlaces === undefined;
      batch.results[this.#place] = unpack(batch.context, reader, mayOwn);
      for (const place of this.#morePlaces ?? [])
        batch.results[place] = unpack(batch.context, reader, mayOwn);
      this.#unreadable = undefined;
    } catch (error) {
      this.#unreadable = error as Error;
    }
  }

  #finishRead(): void {
    if (!this.answered) {
      this.#settle(NOTHING_THERE);
    } else if (this.#unreadable !== undefined) {
      this.#fail(this.#unreadable);
    } else {
      const batch = this.#batch;
      batch.found(this.#place, this);
      for (const place of this.#morePlaces ?? []) batch.found(place, this);
      this.settled = true;
      batch.itemSettled();
    }
  }

  #fail(error: Error): void {
    this.#batch.failed(this.#place, error);
    for (const place of this.#morePlaces ?? []) this.#batch.failed(place, error);
    this.settled = true;
    this.#batch.itemSettled();
  }

  #settle(value: unknown): void {
    this.#batch.results[this.#place] = value;
    for (const place of this.#morePlaces ?? []) this.#batch.results[place] = value;
    this.settled = true;
    this.#batch.itemSettled();
  }
}
