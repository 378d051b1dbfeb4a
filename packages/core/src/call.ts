import {
  checkBodyLength,
  checkCas,
  checkDelta,
  checkFlags,
  checkWord,
  exptimeOf,
  flushDelayOf,
  isServerFailure,
  limitExptime,
  type MemcachedError,
  NO_PARAMETERS,
  type ReplyKind,
  type ReplyReader,
  type RequestParameters,
  type WireKey,
} from '@mc/protocol';
import { onAbort } from './abort.js';
import { timeoutOf } from './arguments.js';
import { Pending } from './connection/pending.js';
import type { ServerChannel } from './connection/server-channel.js';
import type { Context } from './context.js';
import type { AbortSignalLike, CasValue, Key, KeyCallOptions, Packed, Ttl } from './contract.js';
import { AbortError, CacheMissError, CounterRangeError } from './errors.js';
import type { Operation } from './operations.js';
import { utf8Length, wallClockMs } from './runtime.js';
import { valueInTime } from './within.js';

/** What a call is given besides its key and its value. */
export interface CallInput {
  readonly options?: KeyCallOptions | undefined;
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

/** What the request says besides its key and its value; all of it is checked. @throws InvalidArgumentError */
export function parametersOf(input: CallInput): RequestParameters {
  const { ttl, delaySeconds, cas, delta, words } = input;
  if (
    ttl === undefined &&
    delaySeconds === undefined &&
    cas === undefined &&
    delta === undefined &&
    words === undefined
  ) {
    return NO_PARAMETERS;
  }
  return {
    ...NO_PARAMETERS,
    exptime:
      delaySeconds === undefined
        ? exptimeOf(ttl as Ttl, wallClockMs())
        : flushDelayOf(delaySeconds, wallClockMs()),
    cas: cas === undefined ? undefined : checkCas(cas),
    delta: delta === undefined ? undefined : checkDelta(delta),
    words: words === undefined ? undefined : checkWord(words),
  };
}

/** Gives the request its value. @throws InvalidArgumentError, ValueTooLargeError */
export function fillBody(request: Pending, { data, flags }: Packed): void {
  const { exptime, cas } = request.parameters;
  request.parameters = {
    exptime,
    flags: checkFlags(flags),
    body: data,
    bodyLength: checkBodyLength(typeof data === 'string' ? utf8Length(data) : data.length),
    cas,
    delta: undefined,
    words: undefined,
  };
}

/** What the request writes is to live no longer than this. */
export function limitTtl(request: Pending, maxTtl: number): void {
  const { parameters } = request;
  request.parameters = { ...parameters, exptime: limitExptime(parameters.exptime, maxTtl, wallClockMs()) };
}

/** Makes a value of a VALUE reply; `mayOwn` is false where its bytes are used once more. @throws DecodeError */
export type Unpack = (context: Context, reader: ReplyReader, mayOwn: boolean) => unknown;

/** The value of a VALUE reply. @throws DecodeError */
export function unpackReply(context: Context, reader: ReplyReader, mayOwn: boolean): unknown {
  const { data, dataStart, dataEnd, flags, dataOwned } = reader;
  const value = context.coder.unpack(data, dataStart, dataEnd, flags, dataOwned && mayOwn);
  // Nobody waits for it before the reply has ended, and nobody ever where the call ends first.
  if (value instanceof Promise) value.catch(() => {});
  return value;
}

/** The value of a VALUE reply with its CAS id. @throws DecodeError */
export function unpackReplyWithCas(
  context: Context,
  reader: ReplyReader,
  mayOwn: boolean,
): CasValue<unknown> | Promise<CasValue<unknown>> {
  const { cas } = reader;
  const value = unpackReply(context, reader, mayOwn);
  if (!(value instanceof Promise)) return { value, cas };
  const withCas = value.then((plain: unknown) => ({ value: plain, cas }));
  withCas.catch(() => {});
  return withCas;
}

/** In the place of a value that could not be read. */
class Unreadable {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** A call of one operation on one key or one server: a request with a promise. */
export class Call extends Pending {
  readonly promise: Promise<unknown>;
  readonly operation: Operation;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #context: Context;
  readonly #givenKey: Key | undefined;
  readonly #fallback: unknown;
  /** What has come of the reply so far: a value, an {@link Unreadable}, or statistics. */
  #value: unknown = undefined;
  #stopListening: (() => void) | undefined = undefined;
  /** Where it was submitted. */
  #channel: ServerChannel | undefined = undefined;

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
      parametersOf(input),
      timeoutOf(options, context.timeoutMs),
      operation.canRetry ? context.retries : 0,
    );
    this.promise = new Promise(capture);
    this.#resolve = captured.resolve;
    this.#reject = captured.reject;
    this.#context = context;
    this.operation = operation;
    this.#givenKey = givenKey;
    this.#fallback = input.fallback;
  }

  /** From now on the signal may end the call. */
  listen(signal: AbortSignalLike | null | undefined): void {
    if (signal === undefined || signal === null) return;
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
    if (channel.maxTtl > 0 && this.key !== undefined) limitTtl(this, channel.maxTtl);
    channel.submit(this, false);
  }

  override onReply(kind: ReplyKind, reader: ReplyReader): void {
    switch (this.operation.replies[kind]) {
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
    const { onFailure } = this.operation;
    if (onFailure !== undefined && this.#context.onServerFailure === 'miss' && isServerFailure(error)) {
      this.#context.events.emit('failure', { server: error.server, operation: this.operation.name, error });
      this.#succeed(onFailure === 'miss' ? this.#fallback : false);
      return;
    }
    this.settled = true;
    this.#reject(error);
    this.#stopListening?.();
  }

  /** Rejects with an error that is no failure of a server, such as one of packing. */
  fail(error: unknown): void {
    if (this.settled) return;
    this.settled = true;
    this.#reject(error);
    this.#stopListening?.();
  }

  #succeed(value: unknown): void {
    this.settled = true;
    this.#resolve(value);
    this.#stopListening?.();
  }

  /** Reads a value while its bytes are there; it counts when the reply has ended. */
  #keep(unpack: Unpack, reader: ReplyReader): void {
    try {
      this.#value = unpack(this.#context, reader, true);
    } catch (error) {
      this.#value = new Unreadable(error);
    }
  }

  #finishRead(absent: unknown): void {
    if (!this.answered) this.#succeed(absent);
    else if (this.#value instanceof Unreadable) this.fail(this.#value.error);
    else this.#succeed(this.#value instanceof Promise ? valueInTime(this.#value, this) : this.#value);
  }

  #count(digits: string): void {
    if (typeof this.parameters.delta === 'bigint') {
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
}
