import { connect, type OnReadOpts, type Socket } from 'node:net';
import type { Link, LinkEvents, Server, Transport } from '@mc/core';

/** Options of {@link tcpTransport}. */
export interface TcpTransportOptions {
  /** Send small packets at once (TCP_NODELAY). Default true. */
  readonly noDelay?: boolean;
  /**
   * Milliseconds of silence before the kernel probes the peer (SO_KEEPALIVE); 0 switches it off. Default 60,000.
   */
  readonly keepAliveInitialDelayMs?: number;
  /** First size of the buffer each socket reads into, in bytes, at least 1,024. Default 65,536. */
  readonly readBufferBytes?: number;
  /** What the buffer grows to on a socket whose reads fill it, in bytes. Default 262,144. */
  readonly maxReadBufferBytes?: number;
}

const DEFAULT_KEEP_ALIVE_MS = 60_000;
const DEFAULT_READ_BUFFER_BYTES = 65_536;
const DEFAULT_MAX_READ_BUFFER_BYTES = 262_144;
const MIN_READ_BUFFER_BYTES = 1024;

/**
 * Connects over TCP (IPv4 and IPv6, whichever answers first) or, for a server with a path, over a unix socket. Host
 * names are looked up at every connect.
 *
 * @throws RangeError for an option out of range
 */
export function tcpTransport(options: TcpTransportOptions = {}): Transport {
  const { noDelay = true, keepAliveInitialDelayMs = DEFAULT_KEEP_ALIVE_MS } = options;
  const readBufferBytes = options.readBufferBytes ?? DEFAULT_READ_BUFFER_BYTES;
  const maxReadBufferBytes =
    options.maxReadBufferBytes ?? Math.max(readBufferBytes, DEFAULT_MAX_READ_BUFFER_BYTES);
  if (!Number.isInteger(readBufferBytes) || readBufferBytes < MIN_READ_BUFFER_BYTES) {
    throw new RangeError(`readBufferBytes must be an integer of at least ${MIN_READ_BUFFER_BYTES}`);
  }
  if (!Number.isInteger(maxReadBufferBytes) || maxReadBufferBytes < readBufferBytes) {
    throw new RangeError('maxReadBufferBytes must be an integer of at least readBufferBytes');
  }
  if (!(keepAliveInitialDelayMs >= 0))
    throw new RangeError('keepAliveInitialDelayMs must be a number of at least 0');
  return {
    connect: (server: Server, events: LinkEvents): Link => {
      const address =
        server.path === undefined
          ? { host: server.host ?? 'localhost', port: server.port }
          : { path: server.path };
      const keepAlive = {
        keepAlive: keepAliveInitialDelayMs > 0,
        keepAliveInitialDelay: keepAliveInitialDelayMs,
      };
      const onread = readInto(events, readBufferBytes, maxReadBufferBytes);
      return new TcpLink(connect({ ...address, ...keepAlive, noDelay, onread }), events);
    },
  };
}

/**
 * One buffer for all that a socket reads: nothing is allocated for a chunk, and nothing keeps it alive. A read that
 * fills it means that more waits, and a larger one saves calls into the system.
 */
function readInto(events: LinkEvents, firstBytes: number, maxBytes: number): OnReadOpts {
  let buffer = Buffer.allocUnsafeSlow(firstBytes);
  return {
    buffer: () => buffer,
    callback: (count) => {
      events.onData(buffer.subarray(0, count));
      if (count === buffer.length && count < maxBytes) buffer = Buffer.allocUnsafeSlow(maxBytes);
      return true;
    },
  };
}

class TcpLink implements Link {
  readonly #socket: Socket;
  readonly #events: LinkEvents;
  #owns = false;
  #error: Error | undefined;
  readonly #onWritten: () => void = () => this.#written();

  constructor(socket: Socket, events: LinkEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('connect', () => events.onOpen());
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('close', () => events.onClose(this.#error));
  }

  write(bytes: Uint8Array): boolean {
    this.#socket.write(bytes, this.#onWritten);
    // Node writes at once where it can; what is left is what the kernel did not take.
    if (this.#socket.writableLength === 0) return true;
    this.#owns = true;
    return false;
  }

  close(): void {
    this.#socket.destroySoon();
  }

  destroy(error?: Error): void {
    this.#error ??= error;
    this.#socket.destroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #written(): void {
    if (!this.#owns || this.#socket.writableLength > 0 || this.#socket.destroyed) return;
    this.#owns = false;
    this.#events.onDrain();
  }
}
