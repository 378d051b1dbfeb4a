import { type MemcachedError, ProtocolError } from '@mc/protocol';
import { onAbort } from './abort.js';
import type { AbortSignalLike, Link, LinkEvents, Server, Transport } from './contract.js';
import { AbortError, ClientError, ConnectionError, ServerError } from './errors.js';
import { afterPoll, clearTimer, encodeUtf8, latin1Text, setTimer, type TimerHandle } from './runtime.js';

/** Deadlines of a dump, in milliseconds. */
export interface DumpTimeouts {
  readonly connectTimeoutMs: number;
  /** Without a whole line where one is due. */
  readonly connectionTimeoutMs: number;
}

/** From here on the link is asked to wait, and from there on one that cannot is given up; in bytes. */
const PAUSE_BYTES = 262_144;
const MAX_BYTES = 67_108_864;
const MAX_LINE = 8192;

/** Another dump is being made. */
export class Busy extends ServerError {}

/** The server does not know what it was asked to walk through. */
export class UnknownMode extends ClientError {}

/** One `lru_crawler metadump` on a connection of its own. Source: memcached protocol.txt, "LRU_Crawler". */
export class KeyDump implements LinkEvents {
  readonly #server: Server;
  readonly #mode: string;
  readonly #timeouts: DumpTimeouts;
  #link: Link | undefined;
  #stopListening: (() => void) | undefined;
  #timer: TimerHandle | undefined;
  #text = '';
  #isOpen = false;
  #isPaused = false;
  #hasBegun = false;
  #isOver = false;
  #error: Error | undefined;
  #wake: () => void = () => {};

  constructor(server: Server, mode: string, timeouts: DumpTimeouts) {
    this.#server = server;
    this.#mode = mode;
    this.#timeouts = timeouts;
  }

  start(transport: Transport, signal: AbortSignalLike | undefined): void {
    this.#stopListening = signal && onAbort(signal, () => this.fail(new AbortError(true, signal.reason)));
    this.#link = transport.connect(this.#server, this);
  }

  /** The next keys as the server writes them, as soon as there are any; `undefined` at the end. */
  async keys(): Promise<string[] | undefined> {
    try {
      for (;;) {
        if (this.#error !== undefined) throw this.#error;
        const keys = this.#takeKeys();
        if (keys.length > 0) return keys;
        if (this.#isOver) return undefined;
        await this.#more();
      }
    } finally {
      this.#stopTimer();
    }
  }

  /** Waits for bytes or the end, as long as a server may take for a line: single bytes do not keep it alive. */
  #more(): Promise<void> {
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#link?.resume?.();
    }
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#timer === undefined) this.#startTimer();
    });
  }

  #startTimer(): void {
    this.#stopTimer();
    const { connectTimeoutMs, connectionTimeoutMs } = this.#timeouts;
    const limitMs = this.#isOpen ? connectionTimeoutMs : connectTimeoutMs;
    // What has arrived while the event loop was blocked is read before the server is judged to be late.
    const timer = setTimer(() => afterPoll(() => this.#timer === timer && this.#timedOut(limitMs)), limitMs);
    this.#timer = timer;
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #timedOut(limitMs: number): void {
    this.fail(this.#lost(`the server sent no line for ${limitMs} ms`, undefined));
  }

  // ---------------------------------------------------------------- lines

  /** The keys of the whole lines that have come. */
  #takeKeys(): string[] {
    const keys: string[] = [];
    let start = 0;
    for (
      let end = this.#text.indexOf('\n');
      end >= 0 && !this.#isOver;
      end = this.#text.indexOf('\n', start)
    ) {
      const line = this.#text.slice(start, this.#text[end - 1] === '\r' ? end - 1 : end);
      start = end + 1;
      this.#takeLine(line, keys);
    }
    this.#text = this.#text.slice(start);
    if (!this.#isOver && this.#text.length > MAX_LINE) {
      this.stop();
      throw this.#refusal('');
    }
    return keys;
  }

  #takeLine(line: string, keys: string[]): void {
    if (line.startsWith('key=') && line.length <= MAX_LINE) {
      const end = line.indexOf(' ');
      keys.push(line.slice(4, end < 0 ? undefined : end));
    } else if (line === 'END') {
      this.#isOver = true;
      this.stop();
      // Newer servers begin with an OK.
    } else if (line !== 'OK' || this.#hasBegun) {
      this.stop();
      throw this.#refusal(line);
    }
    this.#hasBegun = true;
  }

  #refusal(line: string): MemcachedError {
    const { name } = this.#server;
    const word = line.split(' ', 1)[0];
    const words = line.slice(line.indexOf(' ') + 1);
    if (!this.#hasBegun) {
      if (word === 'BUSY') return clear(new Busy(words, { server: name }));
      if (word === 'BADCLASS') return clear(new UnknownMode(words, { server: name }));
      if (word === 'SERVER_ERROR') return clear(new ServerError(words, { server: name }));
      if (word === 'ERROR' || word === 'CLIENT_ERROR') return clear(new ClientError(words, { server: name }));
    }
    return new ProtocolError('the server sent something else than its keys', { server: name });
  }

  // ---------------------------------------------------------------- the link

  onOpen(): void {
    if (this.#isOver) return;
    this.#isOpen = true;
    this.#link?.write(encodeUtf8(`lru_crawler metadump ${this.#mode}\r\n`));
    if (this.#timer !== undefined) this.#startTimer();
  }

  onDrain(): void {}

  onData(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#text += latin1Text(bytes, 0, bytes.length);
    if (this.#text.length > MAX_BYTES) {
      this.fail(
        this.#lost('the keys come faster than they are taken, and the transport cannot wait', undefined),
      );
    } else if (this.#text.length > PAUSE_BYTES && !this.#isPaused && this.#link?.pause !== undefined) {
      this.#isPaused = true;
      this.#link.pause();
    }
    this.#wake();
  }

  onClose(cause?: Error): void {
    this.fail(this.#lost('the connection ended before the list of keys did', cause));
  }

  #lost(message: string, cause: unknown): MemcachedError {
    const code = this.#isOpen ? 'MC_CONNECTION_LOST' : 'MC_CONNECT_FAILED';
    return new ConnectionError(code, message, { server: this.#server.name, cause });
  }

  /** Ends it; whoever waits for keys is told why. */
  fail(error: Error): void {
    if (this.#isOver) return;
    this.#error = error;
    this.stop();
  }

  /** Drops the connection. */
  stop(): void {
    this.#isOver = true;
    this.#stopTimer();
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#link?.destroy();
    this.#wake();
  }
}

/** Says what was asked for: the words of servers differ. */
function clear<E extends MemcachedError>(error: E): E {
  error.message =
    'the server does not list its keys now, or at all (lru_crawler metadump): see serverMessage';
  return error;
}
