import type { Socket } from 'node:net';
import { ByteLog } from './byte-log.js';
import { type ScriptedRequest, takeRequest } from './scripted-request.js';

/** The server's end of one connection, as a script sees it. */
export interface ScriptedConnection {
  /** 0 for the first connection the server accepted, 1 for the next, and so on. */
  readonly index: number;
  /** Everything received so far, one character a byte. */
  readonly received: string;
  /** False once either side closed it. */
  readonly open: boolean;
  /** Resolves when it is closed, for whatever reason. */
  readonly closed: Promise<void>;
  /** The next complete request; `undefined` once no more can come. */
  request(): Promise<ScriptedRequest | undefined>;
  /** All requests from the next one on. */
  requests(): AsyncGenerator<ScriptedRequest, void, void>;
  /** Sends bytes; a string is one byte a character. Resolves when the system has taken them. */
  reply(bytes: string | Uint8Array): Promise<void>;
  /** Sends bytes one at a time, each in a packet of its own. */
  drip(bytes: string | Uint8Array): Promise<void>;
  /** Takes no more bytes from the system, so that the client's writes pile up. */
  stopReading(): void;
  /** Closes politely (FIN) behind what was sent. */
  end(): void;
  /** Resets the connection (RST). The client may see a polite end if it has not yet read what was sent before. */
  reset(): void;
}

/** A {@link ScriptedConnection} over a socket. */
export class SocketConnection implements ScriptedConnection {
  readonly index: number;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #received: ByteLog = new ByteLog();
  #taken = 0;
  #ended = false;
  #wake: () => void = () => {};

  constructor(socket: Socket, index: number) {
    this.#socket = socket;
    this.index = index;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.#received.add(bytes);
      this.#wake();
    });
    // A client that goes away in the middle of a script is what scripts are for, not a failure of the script.
    socket.on('error', () => {});
    socket.on('end', () => this.#finish());
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#finish();
        resolve();
      });
    });
  }

  get received(): string {
    return this.#received.bytes.toString('latin1');
  }

  get open(): boolean {
    return !this.#socket.destroyed;
  }

  async request(): Promise<ScriptedRequest | undefined> {
    for (;;) {
      const request = takeRequest(this.#received.bytes, this.#taken);
      if (request !== undefined) {
        this.#taken += request.bytes;
        return request;
      }
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async *requests(): AsyncGenerator<ScriptedRequest, void, void> {
    for (;;) {
      const request = await this.request();
      if (request === undefined) return;
      yield request;
    }
  }

  async reply(bytes: string | Uint8Array): Promise<void> {
    if (!this.#socket.writable) return;
    const sent = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    await new Promise<void>((resolve) => this.#socket.write(sent, () => resolve()));
  }

  async drip(bytes: string | Uint8Array): Promise<void> {
    const all = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    for (let at = 0; at < all.length && this.#socket.writable; at += 1) {
      await this.reply(all.subarray(at, at + 1));
      // The reader gets a turn between two bytes, so that it does not see them in one piece.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  stopReading(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Drops the connection, when the whole server ends. */
  destroy(): void {
    this.#socket.destroy();
  }

  #finish(): void {
    this.#ended = true;
    this.#wake();
  }
}
