import { MemcachedError, ProtocolError } from '@mc/protocol';
import type { Server, Transport } from '../contract.js';
import { ClosedError, QueueFullError } from '../errors.js';
import { afterContinuations, clockMs, withoutStack } from '../runtime.js';
import type { ChannelOptions, ChannelOwner } from './channel-options.js';
import { type ChannelStatus, type Phase, statusOf } from './channel-status.js';
import { Closing } from './closing.js';
import { Connection, type ConnectionOwner } from './connection.js';
import { ConnectionClock } from './connection-clock.js';
import { DialPace } from './dial-pace.js';
import { expireRequests } from './expiry.js';
import { Health } from './health.js';
import { isFault } from './judge-loss.js';
import { connectError, isOvertakenBy, lossError, sortLost } from './lost-requests.js';
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
  readonly #pace: DialPace;
  readonly #watch: Watch = new Watch(this);
  readonly #waiting: WaitingRequests = new WaitingRequests();
  #isFlushDue = false;
  #phase: Phase = 'idle';
  #connection: Connection | undefined;
  #clock: ConnectionClock;
  readonly #closing: Closing = new Closing();
  readonly #flush: () => void = () => this.#flushTick();

  /** @param pace what is known of earlier dials of this server, where it was listed before */
  constructor(
    server: Server,
    transport: Transport,
    options: ChannelOptions,
    owner: ChannelOwner,
    pace: DialPace = new DialPace(options.retryTimeoutMs),
  ) {
    this.server = server;
    this.#transport = transport;
    this.#options = options;
    this.#owner = owner;
    this.#health = new Health(options);
    this.#pace = pace;
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
    const pace = this.#phase === 'idle' ? this.#pace : undefined;
    const refusal = this.#health.refusal(server) ?? pace?.refusal(server);
    if (refusal !== undefined || isBatch) return refusal;
    const limit = this.#options.maxQueuedCalls;
    const owed = this.#connection?.inFlight.length ?? 0;
    if (this.#waiting.length + owed < limit) return undefined;
    return withoutStack(() => new QueueFullError(limit, { server }));
  }

  /** A request was settled from outside, by its signal. */
  abandoned(request: Pending): void {
    this.#connection?.reclaimBody(request);
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

  /** Dials for the calls that wait. Where it is too soon for that, reads that are tried one by one wait on. */
  #dial(nowMs: number): void {
    const dueMs = this.#pace.nextMs;
    const refusal = this.#pace.refusal(this.server.name);
    this.#waiting.holdUntil(dueMs, refusal);
    this.#finishClosing();
    if (this.#waiting.length === 0) return;
    if (refusal === undefined) this.#connect(nowMs);
    else this.#watch.arm(dueMs, nowMs);
  }

  #connect(nowMs: number): void {
    this.#phase = 'connecting';
    this.#pace.dialled(nowMs);
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
    if (connection.hasAnswered) {
      this.#pace.answered();
      if (!this.#health.isDown) this.#health.succeeded();
    }
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
    this.#pace.failed(error);
    this.#waiting.failOpen(error);
    this.#countFailure(error);
  }

  #connectionLost(connection: Connection, cause: MemcachedError | Error | undefined): void {
    const server = this.server.name;
    const owed = connection.inFlight.takeAll();
    const error = lossError(server, cause);
    const isCounted = isFault(connection, cause, owed, this.#pace);
    const { again, failed } = sortLost(owed);
    for (const request of failed) request.onFailure(error);
    this.#waiting.addAgain(again);
    const reason = owed.length === 0 && !(cause instanceof MemcachedError) ? undefined : error;
    this.#pace.ended(reason);
    this.#owner.emit('disconnect', { server, error: reason });
    if (cause instanceof ProtocolError) this.#owner.emit('desync', { server, error });
    if (isCounted || this.#health.isDown) this.#countFailure(error);
  }

  // ---------------------------------------------------------------- health

  #countFailure(error: MemcachedError): void {
    const server = this.server.name;
    if (this.#health.failed(error)) {
      this.#owner.emit('down', { server, error });
      this.#owner.onHealthChange();
      this.#waiting.failOpen(this.#health.refusal(server) as MemcachedError);
    }
    if (!this.#health.isDown || this.#closing.hasBegun) return;
    this.#health.scheduleProbe(() => {
      if (this.#phase === 'idle') this.#connect(clockMs());
    }, this.#pace.nextMs);
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
    const onExpired = (request: Pending): void => this.#connection?.reclaimBody(request);
    const { name } = this.server;
    const waitingMs = expireRequests(this.#waiting.queue, nowMs, name, onExpired);
    const inFlightMs = expireRequests(this.#connection?.inFlight, nowMs, name, onExpired);
    if (this.#phase === 'idle') this.#dial(nowMs);
    this.#finishClosing();
    return Math.min(waitingMs, inFlightMs, this.#clock.endOverdue(this.#connection, nowMs));
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
