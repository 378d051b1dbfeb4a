import { MemcachedError, ProtocolError } from '@mc/protocol';
import type { ClientEventName, ClientEvents, Server, Transport } from '../contract.js';
import { ClosedError, ConnectionError, QueueFullError, ServerDownError, TimeoutError } from '../errors.js';
import { afterContinuations, clearTimer, clockMs, setTimer, type TimerHandle } from '../runtime.js';
import { Connection, type ConnectionOwner } from './connection.js';
import { Fifo } from './fifo.js';
import { Health } from './health.js';
import type { Pending } from './pending.js';
import { Probe } from './probe.js';
import { Watch, type Watched } from './watch.js';

/** Settings of a channel; see `ClientOptions`. */
export interface ChannelOptions {
  readonly connectTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly failureLimit: number;
  readonly retryTimeoutMs: number;
  readonly maxQueuedCalls: number;
  readonly maxValueBytes: number;
  readonly mergeGets: boolean;
  readonly keepsBytes: (flags: number) => boolean;
}

/** Tells listeners of an event. */
export type Emit = <E extends ClientEventName>(event: E, detail: ClientEvents[E]) => void;

type Phase = 'idle' | 'connecting' | 'open' | 'closed';

/**
 * The way to one server: the queue of requests that wait, at most one connection, its deadlines, and whether the
 * server is up. It dials when there is something to send.
 */
export class ServerChannel implements ConnectionOwner, Watched {
  readonly server: Server;
  readonly #transport: Transport;
  readonly #options: ChannelOptions;
  readonly #emit: Emit;
  readonly #health: Health;
  readonly #watch: Watch = new Watch(this);
  readonly #waiting: Fifo<Pending> = new Fifo<Pending>();
  /** How many of the newest waiting requests have no deadline yet. */
  #unstamped = 0;
  #isFlushDue = false;
  #phase: Phase = 'idle';
  #connection: Connection | undefined;
  #connectDeadlineMs = 0;
  /** When a byte last came, or a reply was first owed. */
  #heardMs = 0;
  #probeTimer: TimerHandle | undefined;
  #onClosed: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  readonly #flush: () => void = () => this.#flushTick();

  constructor(server: Server, transport: Transport, options: ChannelOptions, emit: Emit) {
    this.server = server;
    this.#transport = transport;
    this.#options = options;
    this.#emit = emit;
    this.#health = new Health(options);
  }

  // ---------------------------------------------------------------- requests in

  /** Takes a request; it is sent at the end of the tick. A part of a batch is taken beyond the limit of the queue. */
  submit(request: Pending, isBatch: boolean): void {
    const refusal = this.#refusal(isBatch);
    if (refusal !== undefined) {
      request.onFailure(refusal);
      return;
    }
    this.#waiting.push(request);
    this.#unstamped += 1;
    if (!this.#isFlushDue) this.#scheduleFlush();
  }

  #refusal(isBatch: boolean): MemcachedError | undefined {
    const server = this.server.name;
    if (this.#closing !== undefined) return new ClosedError();
    if (this.#health.isDown) return new ServerDownError({ server });
    const limit = this.#options.maxQueuedCalls;
    if (isBatch || this.#waiting.length < limit) {
      const owed = this.#connection?.inFlight.length ?? 0;
      if (isBatch || this.#waiting.length + owed < limit) return undefined;
    }
    return new QueueFullError(limit, { server });
  }

  /** A request was settled from outside, by its signal. */
  abandoned(request: Pending): void {
    this.#reclaimBody(request);
    this.#finishClosing();
  }

  #scheduleFlush(): void {
    this.#isFlushDue = true;
    afterContinuations(this.#flush);
  }

  #flushTick(): void {
    this.#isFlushDue = false;
    if (this.#phase === 'closed') return;
    const nowMs = clockMs();
    const dueMs = this.#stampDeadlines(nowMs);
    if (this.#phase === 'idle') this.#dial(nowMs);
    else this.#send(nowMs);
    this.#watch.arm(dueMs, nowMs);
  }

  /** Deadlines count from the flush of the tick, so that one look at the clock serves all calls of it. */
  #stampDeadlines(nowMs: number): number {
    let dueMs = Number.POSITIVE_INFINITY;
    const waiting = this.#waiting;
    for (let at = waiting.length - this.#unstamped; at < waiting.length; at += 1) {
      const request = waiting.at(at) as Pending;
      if (request.deadlineMs === 0) request.deadlineMs = nowMs + request.timeoutMs;
      if (request.deadlineMs < dueMs) dueMs = request.deadlineMs;
    }
    this.#unstamped = 0;
    return dueMs;
  }

  #send(nowMs: number): void {
    const connection = this.#connection;
    if (this.#phase !== 'open' || connection === undefined || this.#health.isDown) return;
    if (connection.inFlight.length === 0) this.#heardMs = nowMs;
    connection.send(this.#waiting);
    if (connection.inFlight.length > 0) this.#watch.arm(this.#heardMs + this.#options.connectionTimeoutMs, nowMs);
  }

  // ---------------------------------------------------------------- the connection

  #dial(nowMs: number): void {
    if (this.#waiting.length === 0 && !this.#health.isDown) return;
    this.#phase = 'connecting';
    this.#connectDeadlineMs = nowMs + this.#options.connectTimeoutMs;
    this.#watch.arm(this.#connectDeadlineMs, nowMs);
    try {
      this.#connection = new Connection(this.server, this.#transport, this.#options, this);
    } catch (error) {
      this.#connectFailed(error);
    }
  }

  onOpen(connection: Connection): void {
    this.#phase = 'open';
    const nowMs = clockMs();
    this.#heardMs = nowMs;
    this.#emit('connect', { server: this.server.name });
    if (this.#health.isDown) {
      this.#probe(connection, nowMs);
      return;
    }
    // Calls of this tick may wait here without a deadline yet.
    this.#watch.arm(this.#stampDeadlines(nowMs), nowMs);
    this.#send(nowMs);
  }

  onHeard(connection: Connection): void {
    this.#heardMs = clockMs();
    if (connection.hasAnswered && !this.#health.isDown) this.#health.succeeded();
    if (this.#closing !== undefined) this.#finishClosing();
  }

  onDrain(): void {
    if (this.#waiting.length > 0 && !this.#isFlushDue) this.#scheduleFlush();
  }

  onLineRefused(requests: readonly Pending[], error: MemcachedError): void {
    for (const request of requests.toReversed()) {
      // Behind a later write of its key the read would see the future.
      if (request.alone || this.#isWrittenInFlight(request)) request.onFailure(error);
      else this.#sendAgain(request);
    }
    if (this.#waiting.length > 0 && !this.#isFlushDue) this.#scheduleFlush();
  }

  onLost(connection: Connection, error: MemcachedError | Error | undefined): void {
    const wasOpen = this.#phase === 'open';
    this.#connection = undefined;
    if (this.#phase === 'closed') {
      this.#onClosed?.();
      return;
    }
    this.#phase = 'idle';
    if (wasOpen) this.#connectionLost(connection, error);
    else this.#connectFailed(error);
    if (this.#waiting.length > 0 && !this.#isFlushDue) this.#scheduleFlush();
    this.#finishClosing();
  }

  #connectFailed(cause: unknown): void {
    const server = this.server.name;
    const error =
      cause instanceof MemcachedError
        ? cause
        : new ConnectionError('MC_CONNECT_FAILED', `no connection to ${server} could be made`, { server, cause });
    this.#phase = 'idle';
    this.#unstamped = 0;
    for (const request of this.#waiting.takeAll()) if (!request.settled) request.onFailure(error);
    this.#countFailure(error);
  }

  #connectionLost(connection: Connection, cause: MemcachedError | Error | undefined): void {
    const server = this.server.name;
    const owed = connection.inFlight.takeAll();
    const isBreach = cause instanceof ProtocolError;
    const isIdleEnd = owed.length === 0 && !(cause instanceof MemcachedError);
    const error =
      cause instanceof MemcachedError
        ? cause
        : new ConnectionError('MC_CONNECTION_LOST', `the connection to ${server} ended while a reply was owed`, {
            server,
            cause,
          });
    this.#lose(owed, error);
    this.#emit('disconnect', { server, error: isIdleEnd ? undefined : error });
    if (isBreach) this.#emit('desync', { server, error });
    // A server that takes connections and answers nothing on them fails as surely as one that refuses them.
    if (cause instanceof MemcachedError || (owed.length > 0 && !connection.hasAnswered) || this.#health.isDown) {
      this.#countFailure(error);
    }
  }

  /** Sends again what may be, before all that waits and in its old order; fails the rest. */
  #lose(owed: readonly Pending[], error: MemcachedError): void {
    const again: Pending[] = [];
    let lineStart = 0;
    let lineEnd = 0;
    for (const [at, request] of owed.entries()) {
      if (at === lineEnd) {
        lineStart = at;
        lineEnd = at + request.lineLength;
      }
      if (request.settled) continue;
      // A shared line may be lost to one bad key or backend; each of its keys gets a try of its own. Only the line
      // at the head can have been the cause, so what stood behind it is not charged.
      const isShared = lineEnd - lineStart > 1;
      const isCharged = lineStart === 0;
      if (isShared || request.retries > 0 || (request.alone && !isCharged)) {
        if (isCharged) request.retries -= 1;
        again.push(request);
      } else {
        request.onFailure(error);
      }
    }
    for (const request of again.toReversed()) this.#sendAgain(request);
  }

  #sendAgain(request: Pending): void {
    request.alone = true;
    request.answered = false;
    request.lineLength = 1;
    request.sent = false;
    this.#waiting.unshift(request);
  }

  #isWrittenInFlight(read: Pending): boolean {
    const inFlight = this.#connection?.inFlight;
    for (let at = 0; inFlight !== undefined && at < inFlight.length; at += 1) {
      const other = inFlight.at(at) as Pending;
      if (other.command.shape === 'flush') return true;
      if (!other.command.multiKey && isSameKey(other, read)) return true;
    }
    return false;
  }

  // ---------------------------------------------------------------- health

  #countFailure(error: MemcachedError): void {
    const server = this.server.name;
    if (this.#health.failed()) {
      this.#emit('down', { server, error });
      this.#unstamped = 0;
      for (const request of this.#waiting.takeAll()) {
        if (!request.settled) request.onFailure(new ServerDownError({ server, cause: error }));
      }
    }
    if (this.#health.isDown && this.#closing === undefined) this.#scheduleProbe();
  }

  #scheduleProbe(): void {
    if (this.#probeTimer !== undefined) clearTimer(this.#probeTimer);
    this.#probeTimer = setTimer(() => {
      this.#probeTimer = undefined;
      if (this.#phase === 'idle') this.#dial(clockMs());
    }, this.#health.nextProbeWaitMs());
  }

  #probe(connection: Connection, nowMs: number): void {
    const { connectionTimeoutMs } = this.#options;
    const probe = new Probe(connectionTimeoutMs, () => {
      this.#health.succeeded();
      this.#emit('up', { server: this.server.name });
    });
    probe.deadlineMs = Number.POSITIVE_INFINITY;
    const queue = new Fifo<Pending>();
    queue.push(probe);
    connection.send(queue);
    this.#watch.arm(nowMs + connectionTimeoutMs, nowMs);
  }

  // ---------------------------------------------------------------- deadlines

  onBlocked(lateMs: number): void {
    this.#connectDeadlineMs += lateMs;
    this.#heardMs += lateMs;
  }

  onDue(nowMs: number): number {
    const callsDueMs = Math.min(this.#expire(this.#waiting, nowMs), this.#expire(this.#connection?.inFlight, nowMs));
    this.#finishClosing();
    return Math.min(callsDueMs, this.#judgeConnection(nowMs));
  }

  /** Rejects what is due in a queue; returns when the next is. The slots of sent requests stay for their replies. */
  #expire(queue: Fifo<Pending> | undefined, nowMs: number): number {
    let dueMs = Number.POSITIVE_INFINITY;
    for (let at = 0; queue !== undefined && at < queue.length; at += 1) {
      const request = queue.at(at) as Pending;
      if (request.settled || request.deadlineMs === 0) continue;
      if (request.deadlineMs > nowMs) {
        if (request.deadlineMs < dueMs) dueMs = request.deadlineMs;
        continue;
      }
      request.onFailure(new TimeoutError(request.sent, request.timeoutMs, { server: this.server.name }));
      this.#reclaimBody(request);
    }
    return dueMs;
  }

  /** Ends a connection that is not made, or owes a reply and is silent, for too long. */
  #judgeConnection(nowMs: number): number {
    const connection = this.#connection;
    const server = this.server.name;
    if (connection === undefined) return Number.POSITIVE_INFINITY;
    if (this.#phase === 'connecting') {
      if (this.#connectDeadlineMs > nowMs) return this.#connectDeadlineMs;
      const message = `no connection to ${server} within ${this.#options.connectTimeoutMs} ms`;
      connection.destroy(new ConnectionError('MC_CONNECT_FAILED', message, { server }));
      return Number.POSITIVE_INFINITY;
    }
    if (connection.inFlight.length === 0) return Number.POSITIVE_INFINITY;
    const dueMs = this.#heardMs + this.#options.connectionTimeoutMs;
    if (dueMs > nowMs) return dueMs;
    const message = `${server} owed a reply and sent nothing for ${this.#options.connectionTimeoutMs} ms`;
    connection.destroy(new ConnectionError('MC_CONNECTION_LOST', message, { server }));
    return Number.POSITIVE_INFINITY;
  }

  /**
   * A settled call's body is the caller's again. Where the link still reads from it, a later change would be sent as
   * part of the value; a cut value is not stored, so the connection is given up.
   */
  #reclaimBody(request: Pending): void {
    const connection = this.#connection;
    if (connection?.isBorrowing(request)) {
      const message = 'a call ended while its value was being sent';
      connection.destroy(new ConnectionError('MC_CONNECTION_LOST', message, { server: this.server.name }));
    }
  }

  // ---------------------------------------------------------------- the end

  /** Takes no more requests, waits until the open ones have settled, then closes the connection. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#onClosed = resolve;
    });
    this.#finishClosing();
    return this.#closing;
  }

  #finishClosing(): void {
    if (this.#closing === undefined || this.#phase === 'closed' || this.#hasOpenCalls()) return;
    const connection = this.#connection;
    const isOpen = this.#phase === 'open';
    this.#phase = 'closed';
    this.#watch.stop();
    if (this.#probeTimer !== undefined) clearTimer(this.#probeTimer);
    if (connection === undefined) this.#onClosed?.();
    else if (isOpen && !connection.isBlocked && connection.inFlight.length === 0) connection.close();
    else connection.destroy(new ClosedError());
  }

  #hasOpenCalls(): boolean {
    return hasOpen(this.#waiting) || hasOpen(this.#connection?.inFlight);
  }
}

function hasOpen(queue: Fifo<Pending> | undefined): boolean {
  for (let at = 0; queue !== undefined && at < queue.length; at += 1) {
    const request = queue.at(at) as Pending;
    if (!request.settled && !(request instanceof Probe)) return true;
  }
  return false;
}

function isSameKey(one: Pending, other: Pending): boolean {
  const [a, b] = [one.key, other.key];
  if (a === undefined || b === undefined || typeof a === 'string' || typeof b === 'string') return a === b;
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
