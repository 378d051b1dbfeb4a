import { NEED_MORE } from '@mc/protocol';
import { runRequest } from './engine/command-rows.js';
import type { Engine } from './engine/engine.js';
import { admitStore } from './engine/store-command.js';
import { ReplyWriter, RequestReader } from './protocol/index.js';

/** The server's end of one connection: requests go in as bytes, replies come out as bytes. */
export class Session {
  /** What the server has to say. */
  readonly replies: ReplyWriter = new ReplyWriter();
  readonly #engine: Engine;
  readonly #reader: RequestReader;
  #ended = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#reader = new RequestReader({ admit: (request) => admitStore(engine, request) });
    engine.connections += 1;
    engine.statistics.totalConnections += 1;
  }

  /** True where the server closes the connection once the replies are out. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Carries out what the bytes ask for, all of it at once; the bytes may be reused afterwards. */
  receive(bytes: Uint8Array): void {
    if (this.#ended) return;
    const engine = this.#engine;
    engine.clock.tick();
    engine.statistics.bytesRead += bytes.length;
    const reader = this.#reader;
    reader.feed(bytes);
    for (let request = reader.next(); request !== NEED_MORE; request = reader.next()) {
      runRequest(engine, request, this.replies);
      if (request.verb === 'quit') this.end();
    }
  }

  /** Gives the replies written so far to `deliver`, as {@link ReplyWriter.drain} does. */
  deliver(deliver: (chunk: Uint8Array) => boolean): void {
    this.#engine.statistics.bytesWritten += this.replies.drain(deliver);
  }

  /** Ends the session; later calls do nothing. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#engine.connections -= 1;
  }
}
