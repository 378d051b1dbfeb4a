import { type MemcachedError, ProtocolError } from '@mc/protocol';
import type { Link, LinkEvents, Server, Transport } from './contract.js';
import { ClientError, ConnectionError, ServerError } from './errors.js';
import { afterPoll, clearTimer, encodeUtf8, latin1Text, setTimer, type TimerHandle } from './runtime.js';

/** Deadlines of a dump, in milliseconds. */
export interface DumpTimeouts {
  readonly connectTimeoutMs: number;
  /** Without a whole line where one is due. */
  readonly connectionTimeoutMs: number;
}

/**
 * A server walks through its items no faster than the dump is read, and while it waits for a reader, it can block
 * whoever asks for another dump, and all who share that one's thread. So a dump is read to its end whatever becomes of
 * its keys. Only so many bytes of keys are kept (a million keys of 32 bytes) before the link is asked to wait, and so
 * many before one that cannot is given up.
 */
const PAUSE_BYTES = 33_554_432;
const MAX_BYTES = 67_108_864;
/** What a part of the keys costs besides them, roughly. */
const PART_BYTES = 64;
/** Keys that are given at once, at most. */
const PART_LENGTH = 1024;
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
  readonly #onFree: () => void;
  #link: Link | undefined;
  #timer: TimerHandle | undefined;
  /** The start of a line. */
  #rest = '';
  /** Keys that nobody has taken yet: each part a text of its own, so that it keeps no other bytes of the dump alive. */
  #parts: string[] = [];
  /** Those of them that are taken next, the next one last. */
  #nextParts: string[] = [];
  #heldBytes = 0;
  #isOpen = false;
  #isPaused = false;
  #hasBegun = false;
  #isOver = false;
  #error: Error | undefined;
  #wake: () => void = () => {};

  /**
   * @param onFree called when a dump that has begun keeps nobody from asking for another one: it is over, or only waits
   * for the reader of its keys; also more than once
   */
  constructor(server: Server, mode: string, timeouts: DumpTimeouts, onFree: () => void) {
    this.#server = server;
    this.#mode = mode;
    this.#timeouts = timeouts;
    this.#onFree = onFree;
  }

  start(transport: Transport): void {
    this.#link = transport.connect(this.#server, this);
    this.#startTimer();
  }

  /** The next keys as the server writes them, as soon as there are any; `undefined` at the end. */
  async keys(): Promise<string[] | undefined> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const keys = this.#takePart();
      if (keys !== undefined || this.#isOver) return keys;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Lets a link that waits go on, once there is room. */
  #takePart(): string[] | undefined {
    if (this.#nextParts.length === 0) {
      this.#nextParts = this.#parts.reverse();
      this.#parts = [];
    }
    const part = this.#nextParts.pop();
    if (part === undefined) return undefined;
    this.#heldBytes -= part.length + PART_BYTES;
    if (this.#isPaused && this.#heldBytes <= PAUSE_BYTES && !this.#isOver) {
      this.#isPaused = false;
      this.#link?.resume?.();
      this.#startTimer();
    }
    return part.split(' ').slice(0, -1);
  }

  // ---------------------------------------------------------------- time

  /** From here on a whole line is due: single bytes do not keep a server alive. */
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
    const message = this.#isOpen
      ? `the server sent no line for ${limitMs} ms`
      : `no connection could be made within ${limitMs} ms`;
    this.fail(this.#lost(message, undefined));
  }

  // ---------------------------------------------------------------- lines

  #readLines(text: string): void {
    let keys: string[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0 && !this.#isOver; end = text.indexOf('\n', start)) {
      const key = this.#keyOf(text.slice(start, text[end - 1] === '\r' ? end - 1 : end));
      start = end + 1;
      if (key === undefined || keys.push(key) < PART_LENGTH) continue;
      this.#hold(keys);
      keys = [];
    }
    if (keys.length > 0) this.#hold(keys);
    this.#rest = this.#isOver ? '' : text.slice(start);
    if (this.#rest.length > MAX_LINE) this.fail(this.#refusal(''));
    else if (start > 0 && !this.#isOver && !this.#isPaused) this.#startTimer();
  }

  /** The key that the line is about; any other line begins or ends the dump. */
  #keyOf(line: string): string | undefined {
    const isFirst = !this.#hasBegun;
    if (line.startsWith('key=') && line.length <= MAX_LINE) {
      this.#hasBegun = true;
      const end = line.indexOf(' ');
      return line.slice(4, end < 0 ? undefined : end);
    }
    // Newer servers begin with an OK.
    if (line === 'OK' && isFirst) this.#hasBegun = true;
    else if (line === 'END') this.stop();
    else this.fail(this.#refusal(line));
    return undefined;
  }

  #hold(keys: string[]): void {
    // What is joined of several is a copy, but a single one would keep alive the text that it is cut out of.
    keys.push('');
    const part = keys.join(' ');
    this.#parts.push(part);
    this.#heldBytes += part.length + PART_BYTES;
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
    this.#startTimer();
  }

  onDrain(): void {}

  onData(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#readLines(this.#rest + latin1Text(bytes, 0, bytes.length));
    if (this.#heldBytes > MAX_BYTES) {
      this.fail(
        this.#lost('the keys come faster than they are taken, and the transport cannot wait', undefined),
      );
    } else if (this.#heldBytes > PAUSE_BYTES && this.#link?.pause !== undefined) {
      this.#pause();
    }
    this.#wake();
  }

  /** As long as the reader keeps the server waiting, the server is not late. */
  #pause(): void {
    if (this.#isPaused || this.#isOver) return;
    this.#isPaused = true;
    this.#link?.pause?.();
    this.#stopTimer();
    this.#onFree();
  }

  onClose(cause?: Error): void {
    const message = this.#isOpen
      ? 'the connection ended before the list of keys did'
      : 'no connection could be made';
    this.fail(this.#lost(message, cause));
  }

  #lost(message: string, cause: unknown): MemcachedError {
    const code = this.#isOpen ? 'MC_CONNECTION_LOST' : 'MC_CONNECT_FAILED';
    return new ConnectionError(code, message, { server: this.#server.name, cause });
  }

  /** Ends it; whoever waits for keys is told why. */
  fail(error: Error): void {
    if (this.#isOver) return;
    this.#error = error;
    this.#parts = [];
    this.#nextParts = [];
    this.stop();
  }

  /** Drops the connection; keys that have come can still be taken. */
  stop(): void {
    this.#isOver = true;
    this.#rest = '';
    this.#stopTimer();
    this.#link?.destroy();
    this.#wake();
    if (this.#hasBegun) this.#onFree();
  }
}

/** Says what was asked for: the words of servers differ. */
function clear<E extends MemcachedError>(error: E): E {
  error.message =
    'the server does not list its keys now, or at all (lru_crawler metadump): see serverMessage';
  return error;
}
