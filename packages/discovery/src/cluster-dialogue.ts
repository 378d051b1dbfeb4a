import type { Link, LinkEvents, Server, Transport } from '@mc/core';
import { type ErrorCode, isMemcachedError, MemcachedError, ProtocolError } from '@mc/protocol';
import { type ClusterForm, type ClusterReply, ClusterReplyReader } from './cluster-reply.js';

const QUESTIONS: Readonly<Record<ClusterForm, string>> = {
  config: 'config get cluster\r\n',
  key: 'get AmazonElastiCache:cluster\r\n',
};

const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  SERVER_ERROR: 'MC_SERVER_ERROR',
  CLIENT_ERROR: 'MC_CLIENT_ERROR',
};

/** One connection to a server of a cluster, on which it is asked for the list of all of them. */
export class ClusterDialogue implements LinkEvents {
  readonly #server: Server;
  #form: ClusterForm = 'config';
  #reader = new ClusterReplyReader('config');
  #link: Link | undefined;
  #isOpen = false;
  #isEnded = false;
  #resolve: (payload: string) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(server: Server) {
    this.#server = server;
  }

  /**
   * The list as the server sent it.
   *
   * @throws MemcachedError `MC_CONNECT_FAILED`, `MC_CONNECTION_LOST`, `MC_PROTOCOL`, `MC_SERVER_ERROR`,
   * `MC_CLIENT_ERROR`, or `MC_CONFIGURATION` for a server that belongs to no cluster
   */
  async run(transport: Transport): Promise<string> {
    const payload = new Promise<string>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    try {
      this.#link = transport.connect(this.#server, this);
    } catch (cause) {
      this.#isEnded = true;
      throw this.#error('MC_CONNECT_FAILED', 'no connection could be made', cause);
    }
    return payload;
  }

  /** Drops the connection; nobody waits for an answer any more. */
  stop(): void {
    this.#isEnded = true;
    this.#link?.destroy();
  }

  onOpen(): void {
    this.#isOpen = true;
    this.#ask('config');
  }

  onDrain(): void {}

  onData(bytes: Uint8Array): void {
    if (this.#isEnded) return;
    try {
      const reply = this.#reader.read(bytes);
      if (reply !== undefined) this.#take(reply);
    } catch (error) {
      this.#fail(
        isMemcachedError(error)
          ? new ProtocolError(`cluster ${this.#server.name}: ${error.message}`, { server: this.#server.name })
          : error,
      );
    }
  }

  onClose(cause?: Error): void {
    this.#fail(
      this.#isOpen
        ? this.#error('MC_CONNECTION_LOST', 'the connection ended before the list had come', cause)
        : this.#error('MC_CONNECT_FAILED', 'no connection could be made', cause),
    );
  }

  #ask(form: ClusterForm): void {
    if (this.#isEnded) return;
    this.#form = form;
    this.#reader = new ClusterReplyReader(form);
    this.#link?.write(Buffer.from(QUESTIONS[form], 'latin1'));
  }

  #take(reply: ClusterReply): void {
    if (reply.kind === 'list') {
      this.stop();
      this.#resolve(reply.payload);
    } else if (reply.kind === 'unknown' && this.#form === 'config') {
      this.#ask('key');
    } else if (reply.kind === 'refused') {
      this.#fail(this.#error(REFUSALS[reply.word] ?? 'MC_CONNECT_FAILED', `it answered ${reply.word}`));
    } else {
      this.#fail(this.#error('MC_CONFIGURATION', 'this server tells of no cluster'));
    }
  }

  #fail(error: unknown): void {
    if (this.#isEnded) return;
    this.stop();
    this.#reject(error);
  }

  #error(code: ErrorCode, what: string, cause?: unknown): MemcachedError {
    const { name } = this.#server;
    return new MemcachedError(code, `cluster ${name}: ${what}`, { server: name, cause });
  }
}
