import {
  MemcachedError,
  NEED_MORE,
  ProtocolError,
  Reply,
  type ReplyKind,
  ReplyReader,
  type WireKey,
} from '@mc/protocol';
import type { Link, LinkEvents, Server, Transport } from '../contract.js';
import { ConnectionError } from '../errors.js';
import { allocate } from '../runtime.js';
import { Fifo } from './fifo.js';
import type { Pending } from './pending.js';
import { RequestSender } from './request-sender.js';
import { type ReplyError, readReplyError } from './server-reply-error.js';

/** What a connection tells its owner. */
export interface ConnectionOwner {
  onOpen(connection: Connection): void;
  /** Bytes came and were read. */
  onHeard(connection: Connection): void;
  onDrain(connection: Connection): void;
  /** The connection is over; `error` is absent where it was closed in good order. Called once. */
  onLost(connection: Connection, error: MemcachedError | Error | undefined): void;
  /** These requests shared a line that was answered by an error: they may be sent again one by one. */
  onLineRefused(connection: Connection, requests: readonly Pending[], error: MemcachedError): void;
}

/** Settings of a connection. */
export interface ConnectionOptions {
  readonly mergeGets: boolean;
  readonly maxValueBytes: number;
  /** True where a value with these flags is handed on as the very bytes. */
  readonly keepsBytes: (flags: number) => boolean;
}

/**
 * One connection and its pipeline: requests go out in order, and every reply belongs to the oldest request. All
 * state of reading lives and dies with it, so nothing of one connection can reach the next.
 */
export class Connection implements LinkEvents {
  readonly server: Server;
  /** Requests whose reply is owed, oldest first. */
  readonly inFlight: Fifo<Pending> = new Fifo<Pending>();
  /** True once a whole reply has come. */
  hasAnswered = false;
  /** True where it is ended for our own sake: the server did nothing wrong. */
  isGivenUp = false;
  readonly #owner: ConnectionOwner;
  readonly #reader: ReplyReader;
  readonly #link: Link;
  readonly #sender: RequestSender;
  #isOver = false;
  /** Where in the line at the head the next VALUE is expected. */
  #cursor = 0;

  constructor(server: Server, transport: Transport, options: ConnectionOptions, owner: ConnectionOwner) {
    this.server = server;
    this.#owner = owner;
    this.#reader = new ReplyReader({
      maxValueBytes: options.maxValueBytes,
      allocate,
      keepsBytes: options.keepsBytes,
    });
    this.#link = transport.connect(server, this);
    this.#sender = new RequestSender(this.#link, this.inFlight, options.mergeGets);
  }

  /** True while bytes that were sent wait in the link. */
  get isBlocked(): boolean {
    return this.#sender.isBlocked;
  }

  /** A server that still takes in a large value, and owes nothing else, has the time of that call. */
  get uploadDueMs(): number {
    const isUploading = this.isBlocked && this.inFlight.length === 1;
    return isUploading ? (this.inFlight.at(0)?.deadlineMs ?? 0) : 0;
  }

  /**
   * A settled call's body is the caller's again. Where the link still reads from it, a later change would be sent as
   * part of the value; a cut value is not stored, so the connection is given up.
   */
  reclaimBody(request: Pending): void {
    if (this.#sender.borrower !== request) return;
    const message = 'a call ended while its value was being sent';
    this.giveUp(new ConnectionError('MC_CONNECTION_LOST', message, { server: this.server.name }));
  }

  // ---------------------------------------------------------------- sending

  /** Sends requests from the queue until it is empty or the link is full. */
  send(queue: Fifo<Pending>): void {
    try {
      this.#sender.sendAll(queue);
    } catch (cause) {
      const message = 'a request could not be written';
      this.destroy(new ConnectionError('MC_CONNECTION_LOST', message, { server: this.server.name, cause }));
    }
  }

  // ---------------------------------------------------------------- receiving

  onOpen(): void {
    if (!this.#isOver) this.#owner.onOpen(this);
  }

  onDrain(): void {
    if (this.#isOver) return;
    this.#sender.drained();
    this.#owner.onDrain(this);
  }

  onData(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#read(bytes);
    } catch (error) {
      this.isGivenUp = this.#reader.isOverLimit;
      this.destroy(this.#breach(error));
      return;
    }
    this.#owner.onHeard(this);
  }

  #read(bytes: Uint8Array): void {
    const reader = this.#reader;
    reader.feed(bytes);
    for (;;) {
      const kind = reader.next(this.inFlight.at(this.#cursor)?.key);
      if (kind === NEED_MORE) return;
      const head = this.inFlight.at(0);
      if (head === undefined) throw this.#unasked(kind);
      if ((head.command.accepts & (1 << kind)) === 0)
        throw new ProtocolError('the reply does not belong to its request');
      this.hasAnswered = true;
      if (kind === Reply.VALUE) this.#giveValue(head);
      else if (kind >= Reply.ERROR) this.#giveError(head, kind);
      else if ((head.command.continues & (1 << kind)) !== 0) this.#give(head, kind);
      else this.#finishLine(head, kind);
    }
  }

  #breach(error: unknown): MemcachedError {
    const server = this.server.name;
    if (!(error instanceof MemcachedError))
      return new ProtocolError('a reply could not be handled', { server, cause: error });
    return error.server === undefined ? new ProtocolError(error.message, { server }) : error;
  }

  #unasked(kind: ReplyKind): MemcachedError {
    if (kind === Reply.ERROR) return readReplyError(kind, this.#reader.text, this.server.name, false).error;
    return new ProtocolError('the server sent a reply that nobody asked for');
  }

  #give(request: Pending, kind: ReplyKind): void {
    if (!request.settled) request.onReply(kind, this.#reader);
  }

  /** A VALUE is for the next key of the line that it matches. */
  #giveValue(head: Pending): void {
    const at = this.#reader.isExpectedKey ? this.#cursor : this.#findKey(head);
    const request = at < 0 ? undefined : this.inFlight.at(at);
    if (request === undefined || request.answered) {
      throw new ProtocolError('the server sent the value of a key that was not asked for');
    }
    request.answered = true;
    this.#cursor = at + 1 === head.lineLength ? 0 : at + 1;
    this.#give(request, Reply.VALUE);
  }

  /** Where in the line the key of the VALUE is asked for; -1 where it is not. Servers keep the order, proxies need not. */
  #findKey(head: Pending): number {
    const length = head.lineLength;
    for (let step = 0; step < length; step += 1) {
      const at = (this.#cursor + step) % length;
      const request = this.inFlight.at(at) as Pending;
      if (!request.answered && this.#reader.hasKey(request.key as WireKey)) return at;
    }
    return -1;
  }

  #finishLine(head: Pending, kind: ReplyKind): void {
    const length = head.lineLength;
    this.#cursor = 0;
    for (let i = 0; i < length; i += 1) {
      this.#give(this.inFlight.shift() as Pending, kind);
    }
  }

  #giveError(head: Pending, kind: ReplyKind): void {
    const errorIsReply = head.command.shape === 'words';
    const outcome: ReplyError = readReplyError(kind, this.#reader.text, this.server.name, errorIsReply);
    if (!outcome.keepConnection) throw outcome.error;
    this.#cursor = 0;
    const open: Pending[] = [];
    for (let left = head.lineLength; left > 0; left -= 1) {
      const request = this.inFlight.shift() as Pending;
      // A value that came whole before the error stands.
      if (request.answered) this.#give(request, Reply.END);
      else if (!request.settled) open.push(request);
    }
    if (head.lineLength === 1) open[0]?.onFailure(outcome.error);
    else this.#owner.onLineRefused(this, open, outcome.error);
  }

  // ---------------------------------------------------------------- ending

  onClose(error?: Error): void {
    this.#end(error);
  }

  /** Sends what was written, then closes; the owner hears of it when it is done. */
  close(): void {
    if (!this.#isOver) this.#link.close();
  }

  /** Ends the connection at once, for a reason that is no fault of the server's. */
  giveUp(error: MemcachedError): void {
    this.isGivenUp = true;
    this.destroy(error);
  }

  /** Ends the connection at once. */
  destroy(error: MemcachedError): void {
    if (this.#isOver) return;
    this.#end(error);
    this.#link.destroy();
  }

  #end(error: Error | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.onLost(this, error);
  }
}
