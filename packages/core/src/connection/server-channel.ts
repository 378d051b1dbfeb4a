import { MemcachedError, ProtocolError } from '@mc/protocol';
import type { Server, Transport } from '../contract.js';
import { ClosedError, ConnectionError, QueueFullError, ServerDownError } from '../errors.js';
import { afterContinuations, clockMs } from '../runtime.js';
import type { ChannelOptions, ChannelOwner } from './channel-options.js';
import { type ChannelStatus, type Phase, statusOf } from './channel-status.js';
import { Closing } from './closing.js';
import { Connection, type ConnectionOwner } from './connection.js';
import { ConnectionClock } from './connection-clock.js';
import { expireRequests } from './expiry.js';
import { Health } from './health.js';
import { connectError, isOvertakenBy, lossError, sortLost, unansweredError } from './lost-requests.js';
import type { Pending } from './pending.js';
import { sendProbe } from './probe.js';
import { hasOpenCalls, WaitingRequests } from './waiting-requests.js';
import { Watch, type Watched } from './watch.js';

/**
 * The way to one server: the queue of requests that wait, at most one connection, its deadlines, and whether the
 * server is up. It dials when there is something to send.
 */
export class ServerChannel implements ConnectionOwner, Watched {
  readonly server: Server;
  readonly #transport: Transport;
  readonly #options: ChannelOptions;
  readonly #owner: ChannelOwner;
  readonly #health: Health;
  readonly #watch: Watch = new Watch(this);
  readonly #waiting: WaitingRequests = new WaitingRequests();
  #isFlushDue = false;
  #phase: Phase = 'idle';
  #connection: Connection | undefined;
  #clock: ConnectionClock;
  readonly #closing: Closing = new Closing();
  readonly #flush: () => void = () => this.#flushTick();

  constructor(server: Server, transport: Transport, options: ChannelOptions, owner: ChannelOwner) {
    this.server = server;
    this.#transport = transport;
    this.#options = options;
    this.#owner = owner;
    this.#health = new Health(options);
    this.#clock = new ConnectionClock(options, 0);
  }

  /** Longest life of an item that is written here, in seconds; 0 for no limit. */
  get maxTtl(): number {
    return this.#options.maxTtl;
  }

  /** True where calls fail at once. */
  get isDown(): boolean {
    return this.#health.isDown;
  }

  /** What is known of the server now. */
  status(): ChannelStatus {
    return statusOf(this.#phase, this.#health, this.#waiting.queue, this.#connection?.inFlight);
  }

  // ---------------------------------------------------------------- requests in

  /** Takes a request; it is sent at the end of the tick. A part of a batch is taken beyond the limit of the queue. */
  submit(request: Pending, isBatch: boolean): void {
    const refusal = this.#refusal(isBatch);
    if (refusal !== undefined) {
      request.onFailure(refusal);
      return;
    }
    this.#waiting.add(request);
    this.#scheduleFlush();
    if (this.#connection?.isBlocked === false && this.#waiting.startsEarly()) this.#flushNow();
  }

  #refusal(isBatch: boolean): MemcachedError | undefined {
    if (this.#closing.hasBegun) return new ClosedError();
    const server = this.server.name;
    const refusal = this.#health.refusal(server, this.#phase === 'idle');
    if (refusal !== undefined || isBatch) return refusal;
    const limit = this.#options.maxQueuedCalls;
    const owed = this.#connection?.inFlight.length ?? 0;
    return this.#waiting.length + owed < limit ? undefined : new QueueFullError(limit, { server });
  }

  /** A request was settled from outside, by its signal. */
  abandoned(request: Pending): void {
    this.#reclaimBody(request);
    this.#finishClosing();
  }

  #scheduleFlush(): void {
    if (this.#isFlushDue || this.#waiting.length === 0) return;
    this.#isFlushDue = true;
    afterContinuations(this.#flush);
  }

  #flushTick(): void {
    this.#isFlushDue = false;
    this.#waiting.endTick();
    this.#flushNow();
  }

  #flushNow(): void {
    if (this.#phase === 'closed') return;
    const nowMs = clockMs();
    const dueMs = this.#waiting.stampDeadlines(nowMs);
    if (this.#phase === 'idle') this.#dial(nowMs);
    else this.#send(nowMs);
    this.#watch.arm(dueMs, nowMs);
  }

  #send(nowMs: number): void {
    const connection = this.#connection;
    if (this.#phase !== 'open' || connection === undefined || this.#health.isDown) return;
    if (connection.inFlight.length === 0) this.#clock.heard(nowMs);
    connection.send(this.#waiting.queue);
    if (connection.inFlight.length > 0) this.#watch.arm(this.#clock.dueMs, nowMs);
  }

  // ---------------------------------------------------------------- the connection

  #dial(nowMs: number): void {
    if (this.#waiting.length === 0 && !this.#health.isDown) return;
    this.#phase = 'connecting';
    this.#health.dialled(nowMs);
    this.#owner.emit('connecting', { server: this.server.name });
    this.#clock = new ConnectionClock(this.#options, nowMs);
    this.#watch.arm(this.#clock.dueMs, nowMs);
    try {
      this.#connection = new Connection(this.server, this.#transport, this.#options, this);
    } catch (error) {
      this.#connectFailed(error);
      this.#finishClosing();
    }
  }

  onOpen(connection: Connection): void {
    this.#phase = 'open';
    const nowMs = clockMs();
    this.#clock.opened(nowMs);
    this.#owner.emit('connect', { server: this.server.name });
    if (this.#health.isDown) {
      this.#probe(connection, nowMs);
      return;
    }
    // Calls of this tick may wait here without a deadline yet.
    this.#watch.arm(this.#waiting.stampDeadlines(nowMs), nowMs);
    this.#send(nowMs);
  }

  onHeard(connection: Connection): void {
    this.#clock.heard(clockMs());
    if (connection.hasAnswered && !this.#health.isDown) this.#health.succeeded();
    if (this.#closing.hasBegun) this.#finishClosing();
  }

  onDrain(): void {
    this.#clock.heard(clockMs());
    this.#scheduleFlush();
  }

  onLineRefused(connection: Connection, requests: readonly Pending[], error: MemcachedError): void {
    this.#waiting.addLineAgain(requests, isOvertakenBy(connection.inFlight), error);
    this.#scheduleFlush();
  }

  onLost(connection: Connection, error: MemcachedError | Error | undefined): void {
    const wasOpen = this.#phase === 'open';
    this.#connection = undefined;
    if (this.#phase === 'closed') {
      if (this.#closing.wasOpen)
        this.#owner.emit('disconnect', { server: this.server.name, error: undefined });
      this.#closing.end();
      return;
    }
    this.#phase = 'idle';
    if (wasOpen) this.#connectionLost(connection, error);
    else this.#connectFailed(error);
    this.#scheduleFlush();
    this.#finishClosing();
  }

  #connectFailed(cause: unknown): void {
    const server = this.server.name;
    const error = connectError(server, cause);
    this.#phase = 'idle';
    this.#owner.emit('connectFailed', { server, error });
    this.#rest(error);
    this.#countFailure(error);
  }

  /** For a moment no connection is tried: what waits for one fails. */
  #rest(error: MemcachedError): void {
    this.#health.rest(error);
    this.#waiting.failOpen(error);
  }

  #connectionLost(connection: Connection, cause: MemcachedError | Error | undefined): void {
    const server = this.server.name;
    const owed = connection.inFlight.takeAll();
    const error = lossError(server, cause);
    const { isFault, isUseless } = this.#health.judge(connection, cause, owed);
    const { again, failed } = sortLost(owed);
    // One of several keys may be the cause: they are tried one by one, which takes connections.
    const isSorting = again.length > (owed[0]?.alone ? 0 : 1);
    for (const request of failed) request.onFailure(error);
    this.#waiting.addAgain(again);
    const isIdleEnd = owed.length === 0 && !(cause instanceof MemcachedError);
    this.#owner.emit('disconnect', { server, error: isIdleEnd ? undefined : error });
    if (cause instanceof ProtocolError) this.#owner.emit('desync', { server, error });
    if (isUseless && !isSorting) this.#rest(unansweredError(server, error));
    if (isFault) this.#countFailure(error);
  }

  // ---------------------------------------------------------------- health

  #countFailure(error: MemcachedError): void {
    const server = this.server.name;
    if (this.#health.failed(error)) {
      this.#owner.emit('down', { server, error });
      this.#owner.onHealthChange();
      this.#waiting.failOpen(new ServerDownError({ server, cause: error }));
    }
    if (!this.#health.isDown || this.#closing.hasBegun) return;
    this.#health.scheduleProbe(() => {
      if (this.#phase === 'idle') this.#dial(clockMs());
    });
  }

  #probe(connection: Connection, nowMs: number): void {
    sendProbe(connection, this.#options.connectionTimeoutMs, () => {
      this.#health.succeeded();
      this.#owner.emit('up', { server: this.server.name });
      this.#owner.onHealthChange();
    });
    this.#watch.arm(this.#clock.dueMs, nowMs);
  }

  // ---------------------------------------------------------------- deadlines

  onBlocked(lateMs: number): void {
    this.#clock.stoodStill(lateMs);
  }

  onDue(nowMs: number): number {
    const onExpired = (request: Pending): void => this.#reclaimBody(request);
    const { name } = this.server;
    const waitingMs = expireRequests(this.#waiting.queue, nowMs, name, onExpired);
    const inFlightMs = expireRequests(this.#connection?.inFlight, nowMs, name, onExpired);
    this.#finishClosing();
    return Math.min(waitingMs, inFlightMs, this.#judgeConnection(nowMs));
  }

  /** Ends a connection that is not made, or owes a reply and is silent, for too long. */
  #judgeConnection(nowMs: number): number {
    const connection = this.#connection;
    const isAwaited = this.#phase === 'connecting' || (connection?.inFlight.length ?? 0) > 0;
    if (connection === undefined || !isAwaited) return Number.POSITIVE_INFINITY;
    const dueMs = Math.max(this.#clock.dueMs, connection.uploadDueMs);
    if (dueMs > nowMs) return dueMs;
    connection.destroy(this.#clock.overdueError(this.server.name));
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
      connection.giveUp(new ConnectionError('MC_CONNECTION_LOST', message, { server: this.server.name }));
    }
  }

  // ---------------------------------------------------------------- the end

  /** Takes no more requests, waits until the open ones have settled, then closes the connection. */
  close(): Promise<void> {
    const closed = this.#closing.begin();
    this.#finishClosing();
    return closed;
  }

  /** Takes requests again, unless the last have settled: then it is closed for good, and this is false. */
  reopen(): boolean {
    if (this.#phase === 'closed') return false;
    this.#closing.giveUp();
    return true;
  }

  #finishClosing(): void {
    const connection = this.#connection;
    if (!this.#closing.hasBegun || this.#phase === 'closed') return;
    if (hasOpenCalls(this.#waiting.queue) || hasOpenCalls(connection?.inFlight)) return;
    const isOpen = this.#phase === 'open';
    this.#closing.wasOpen = isOpen;
    this.#phase = 'closed';
    this.#watch.stop();
    this.#health.stop();
    if (connection === undefined) this.#closing.end();
    else if (isOpen && !connection.isBlocked && connection.inFlight.length === 0) connection.close();
    else connection.destroy(new ClosedError());
  }
}
