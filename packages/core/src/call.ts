import {
  checkBodyLength,
  checkCas,
  checkDelta,
  checkFlags,
  checkWord,
  exptimeOf,
  flushDelayOf,
  isServerFailure,
  type MemcachedError,
  type ReplyKind,
  type ReplyReader,
  type WireKey,
} from '@mc/protocol';
import { onAbort } from './abort.js';
import { timeoutOf } from './arguments.js';
import { Pending } from './connection/pending.js';
import type { ServerChannel } from './connection/server-channel.js';
import type { Context } from './context.js';
import type { AbortSignalLike, CallOptions, CasValue, Key, Packed, Ttl } from './contract.js';
import { AbortError, CacheMissError, CounterRangeError } from './errors.js';
import type { Operation } from './operations.js';
import { utf8Length, wallClockMs } from './runtime.js';

/** What a call is given besides its key and its value. */
export interface CallInput {
  readonly options?: CallOptions | undefined;
  /** Null where it is required and missing: refused like any other wrong ttl. */
  readonly ttl?: Ttl | null | undefined;
  readonly cas?: bigint | undefined;
  readonly delta?: number | bigint | undefined;
  /** `flush_all`'s delay. */
  readonly delaySeconds?: number | undefined;
  /** Words after the verb: a statistics group. */
  readonly words?: string | undefined;
  /** What a miss resolves to. */
  readonly fallback?: unknown;
}

/** Catches the two functions of the promise that is being made, without a closure for each call. */
const captured = { resolve: (_value: unknown): void => {}, reject: (_error: unknown): void => {} };
const capture = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
  captured.resolve = resolve;
  captured.reject = reject;
};

/** Fills in what the request needs; all of it is checked. */
export function fillRequest(request: Pending, input: CallInput): void {
  if (input.ttl !== undefined) request.exptime = exptimeOf(input.ttl as Ttl, wallClockMs());
  if (input.delaySeconds !== undefined) request.exptime = flushDelayOf(input.delaySeconds, wallClockMs());
  if (input.cas !== undefined) request.cas = checkCas(input.cas);
  if (input.delta !== undefined) request.delta = checkDelta(input.delta);
  if (input.words !== undefined) request.words = checkWord(input.words);
}

/** Gives the request its value. */
export function fillBody(request: Pending, packed: Packed): void {
  request.flags = checkFlags(packed.flags);
  request.bodyLength = checkBodyLength(
    typeof packed.data === 'string' ? utf8Length(packed.data) : packed.data.length,
  );
  request.body = packed.data;
}

/** The value of a VALUE reply. @throws DecodeError */
export function unpackReply(context: Context, reader: ReplyReader): unknown {
  return context.coder.unpack(reader.data, reader.dataStart, reader.dataEnd, reader.flags, reader.dataOwned);
}

/** The value of a VALUE reply with its CAS id. @throws DecodeError */
export function unpackReplyWithCas(
  context: Context,
  reader: ReplyReader,
): CasValue<unknown> | Promise<CasValue<unknown>> {
  const { cas } = reader;
  const value = unpackReply(context, reader);
  return value instanceof Promise ? value.then((plain: unknown) => ({ value: plain, cas })) : { value, cas };
}

/** A call of one operation on one key or one server: a request with a promise. */
export class Call extends Pending {
  readonly promise: Promise<unknown>;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #context: Context;
  readonly #operation: Operation;
  readonly #givenKey: Key | undefined;
  readonly #fallback: unknown;
  #channel: ServerChannel | undefined = undefined;
  /** What has come of the reply so far. */
  #value: unknown = undefined;
  #unreadable: unknown = undefined;
  #stopListening: (() => void) | undefined = undefined;

  constructor(
    context: Context,
    operation: Operation,
    givenKey: Key | undefined,
    key: WireKey | undefined,
    input: CallInput,
  ) {
    const { options } = input;
    super(
      operation.command,
      key,
      timeoutOf(options, context.timeoutMs),
      operation.canRetry ? context.retries : 0,
    );
    fillRequest(this, input);
    this.promise = new Promise(capture);
    this.#resolve = captured.resolve;
    this.#reject = captured.reject;
    this.#context = context;
    this.#operation = operation;
    this.#givenKey = givenKey;
    this.#fallback = input.fallback;
  }

  /** From now on the signal may end the call. */
  listen(signal: AbortSignalLike | undefined): void {
    if (signal === undefined) return;
    if (signal.aborted) {
      this.fail(new AbortError(false, signal.reason));
      return;
    }
    this.#stopListening = onAbort(signal, () => {
      this.fail(new AbortError(this.sent, signal.reason));
      this.#channel?.abandoned(this);
    });
  }

  /** Puts the call into the queue of its server, unless it is settled already. */
  submitTo(channel: ServerChannel): void {
    if (this.settled) return;
    this.#channel = channel;
    channel.submit(this, false);
  }

  override onReply(kind: ReplyKind, reader: ReplyReader): void {
    switch (this.#operation.replies[kind]) {
      case 'value':
        this.#keep(unpackReply, reader);
        break;
      case 'valueWithCas':
        this.#keep(unpackReplyWithCas, reader);
        break;
      case 'present':
        this.#value = true;
        break;
      case 'miss':
        this.#finishRead(this.#fallback);
        break;
      case 'absent':
        this.#finishRead(false);
        break;
      case 'true':
        this.#succeed(true);
        break;
      case 'false':
        this.#succeed(false);
        break;
      case 'number':
        this.#count(reader.text);
        break;
      case 'missingCounter':
        this.onFailure(new CacheMissError([this.#givenKey as Key]));
        break;
      case 'text':
        this.#succeed(reader.text);
        break;
      case 'stat':
        this.#addStat(reader.text);
        break;
      case 'endOfStats':
        this.#succeed(this.#value ?? new Map());
        break;
      default:
        break;
    }
  }

  override onFailure(error: MemcachedError): void {
    if (this.settled) return;
    const { onFailure } = this.#operation;
    if (onFailure !== undefined && this.#context.onServerFailure === 'miss' && isServerFailure(error)) {
      this.#context.events.emit('failure', { server: error.server, operation: this.#operation.name, error });
      this.#succeed(onFailure === 'miss' ? this.#fallback : false);
      return;
    }
    this.#settle();
    this.#reject(error);
  }

  /** Rejects with an error that is no failure of a server, such as one of packing. */
  fail(error: unknown): void {
    if (this.settled) return;
    this.#settle();
    this.#reject(error);
  }

  #succeed(value: unknown): void {
    this.#settle();
    this.#resolve(value);
  }

  /** Reads a value while its bytes are there; it counts when the reply has ended. */
  #keep(unpack: (context: Context, reader: ReplyReader) => unknown, reader: ReplyReader): void {
    try {
      this.#value = unpack(this.#context, reader);
    } catch (error) {
      this.#unreadable = error;
    }
  }

  #finishRead(absent: unknown): void {
    if (this.#unreadable !== undefined) this.fail(this.#unreadable);
    else this.#succeed(this.answered ? this.#value : absent);
  }

  #count(digits: string): void {
    if (typeof this.delta === 'bigint') {
      this.#succeed(BigInt(digits));
      return;
    }
    const value = Number(digits);
    if (Number.isSafeInteger(value)) this.#succeed(value);
    else this.onFailure(new CounterRangeError(BigInt(digits)));
  }

  #addStat(text: string): void {
    const stats = (this.#value ?? new Map()) as Map<string, string>;
    this.#value = stats;
    const space = text.indexOf(' ');
    if (space < 0) stats.set(text, '');
    else stats.set(text.slice(0, space), text.slice(space + 1));
  }

  #settle(): void {
    this.settled = true;
    this.#stopListening?.();
  }
}
