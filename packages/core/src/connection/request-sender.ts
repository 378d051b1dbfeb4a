import {
  headBytes,
  type WireKey,
  writeBody,
  writeHead,
  writeKey,
  writeLineEnd,
  writeVerb,
} from '@mc/protocol';
import type { Link } from '../contract.js';
import { EncodeError } from '../errors.js';
import { textWriter } from '../runtime.js';
import type { Fifo } from './fifo.js';
import { Outbox } from './outbox.js';
import type { Pending } from './pending.js';

/** Limits of a merged line: every server and proxy takes these. */
export const MAX_LINE_KEYS = 256;
const MAX_LINE_BYTES = 8192;
/** Bytes of at least this length are handed to the link as they are. */
const BORROWED_BODY_BYTES = 65_537;

/** The sending half of a connection: writes requests in order, and notes each as in flight. */
export class RequestSender {
  /** A request whose body the link still reads from the caller's memory. */
  borrower: Pending | undefined;
  readonly #outbox: Outbox;
  readonly #inFlight: Fifo<Pending>;
  readonly #mergeGets: boolean;

  constructor(link: Link, inFlight: Fifo<Pending>, mergeGets: boolean) {
    this.#outbox = new Outbox(link);
    this.#inFlight = inFlight;
    this.#mergeGets = mergeGets;
  }

  /** True while bytes that were sent wait in the link. */
  get isBlocked(): boolean {
    return this.#outbox.blocked;
  }

  /** The link has sent all it was given. */
  drained(): void {
    this.#outbox.drained();
    this.borrower = undefined;
  }

  /** Sends requests from the queue until it is empty or the link is full. */
  sendAll(queue: Fifo<Pending>): void {
    const outbox = this.#outbox;
    while (!outbox.blocked) {
      const request = queue.at(0);
      if (request === undefined) break;
      if (request.settled) queue.shift();
      else if (request.command.multiKey) this.#sendLine(queue, request);
      else this.#sendOne(queue.shift() as Pending);
    }
    outbox.flush();
  }

  /** One line with the keys of as many neighbouring requests as may share it. */
  #sendLine(queue: Fifo<Pending>, first: Pending): void {
    const outbox = this.#outbox;
    outbox.reserve(MAX_LINE_BYTES + 512);
    const { buffer, at: start } = outbox;
    const mostKeys = this.#mergeGets && !first.alone ? MAX_LINE_KEYS : 1;
    const lastByte = start + MAX_LINE_BYTES - 2;
    let at = writeVerb(buffer, start, first.command);
    let keys = 0;
    for (let next: Pending | undefined = first; next !== undefined; next = queue.at(0)) {
      if (!next.settled) {
        const key = next.key as WireKey;
        if (keys > 0 && (next.command !== first.command || next.alone || at + key.length >= lastByte)) break;
        at = writeKey(buffer, at, key, textWriter);
        next.sent = true;
        this.#inFlight.push(next);
        keys += 1;
      }
      queue.shift();
      if (keys === mostKeys) break;
    }
    first.lineLength = keys;
    outbox.at = writeLineEnd(buffer, at);
  }

  #sendOne(request: Pending): void {
    const outbox = this.#outbox;
    const { body, bodyLength } = request.parameters;
    if (body instanceof Uint8Array && body.length !== bodyLength) {
      request.onFailure(new EncodeError('the bytes of the value were taken away or cut while they waited'));
      return;
    }
    const borrowed = body instanceof Uint8Array && bodyLength >= BORROWED_BODY_BYTES;
    request.sent = true;
    this.#inFlight.push(request);
    outbox.reserve(headBytes(request) + (borrowed ? 0 : bodyLength + 2));
    outbox.at = writeHead(outbox.buffer, outbox.at, request, textWriter);
    if (borrowed) {
      if (!outbox.sendBorrowed(body)) this.borrower = request;
      outbox.at = writeLineEnd(outbox.buffer, outbox.at);
    } else if (body !== undefined) {
      outbox.at = writeBody(outbox.buffer, outbox.at, request, textWriter);
    }
  }
}
