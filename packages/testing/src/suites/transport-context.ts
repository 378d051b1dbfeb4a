import type { Link, LinkEvents, Server, ServerAddress, Transport } from '@mc/core';
import { expect } from 'vitest';
import { serverName } from './server-name.js';
import { POLL } from './waiting.js';

/** A running memcached for {@link transportSuite}, and the transport that reaches it. */
export interface TransportSubject extends AsyncDisposable {
  readonly transport: Transport;
  /** An empty memcached that takes values of 1 MiB; nobody else uses it. */
  readonly server: ServerAddress;
  /** An address at which nothing listens; needed with `hasUnreachable`. */
  readonly unreachable?: ServerAddress;
}

/** Tests by name. */
export type TransportTests = Readonly<Record<string, (bench: LinkBench) => Promise<void>>>;

/** The `Server` that core would hand to a transport. */
export function asServer(address: ServerAddress): Server {
  const { host, port = 11211, path, weight = 1 } = address;
  return { name: serverName(address), host, port: path === undefined ? port : 0, path, weight };
}

/** A link and everything it has reported. */
export class ObservedLink implements LinkEvents {
  readonly events: string[] = [];
  received = '';
  closeError: Error | undefined;
  /** True while `connect` or `write` runs: no event may fire then. */
  busy = true;
  link!: Link;

  connect(transport: Transport, server: Server): this {
    this.link = transport.connect(server, this);
    this.busy = false;
    return this;
  }

  /** Sends text, one byte a character, and says what `write` returned. */
  write(data: string | Uint8Array): boolean {
    this.busy = true;
    try {
      return this.link.write(typeof data === 'string' ? Uint8Array.from(Buffer.from(data, 'latin1')) : data);
    } finally {
      this.busy = false;
    }
  }

  count(event: string): number {
    return this.events.filter((name) => name === event).length;
  }

  async opened(): Promise<this> {
    await expect.poll(() => this.count('open'), POLL).toBe(1);
    return this;
  }

  async closed(): Promise<void> {
    await expect.poll(() => this.count('close'), POLL).toBe(1);
  }

  /** Waits until exactly this much has come, and no more. */
  async receivedExactly(text: string): Promise<void> {
    await expect.poll(() => this.received.length, POLL).toBeGreaterThanOrEqual(text.length);
    expect(this.received).toBe(text);
    this.received = '';
  }

  onOpen(): void {
    this.#note('open');
  }

  onData(bytes: Uint8Array): void {
    this.#note('data');
    this.received += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }

  onDrain(): void {
    this.#note('drain');
  }

  onClose(error?: Error): void {
    this.closeError = error;
    this.#note('close');
  }

  #note(event: string): void {
    this.events.push(this.busy ? `${event} inside connect or write` : event);
  }
}

/** Makes links to the subject's server and watches over them. */
export class LinkBench {
  #subject: TransportSubject | undefined;
  #links: ObservedLink[] = [];
  #keys = 0;

  start(subject: TransportSubject): void {
    this.#subject = subject;
  }

  async stop(): Promise<void> {
    for (const observed of this.#links) observed.link.destroy();
    await this.#subject?.[Symbol.asyncDispose]();
  }

  get subject(): TransportSubject {
    if (this.#subject === undefined) throw new Error('the server has not been started');
    return this.#subject;
  }

  get unreachable(): ServerAddress {
    const { unreachable } = this.subject;
    if (unreachable === undefined) throw new Error('the subject names no address at which nothing listens');
    return unreachable;
  }

  /** A key that no other test uses. */
  key(): string {
    this.#keys += 1;
    return `key-${this.#keys}`;
  }

  connect(address: ServerAddress = this.subject.server): ObservedLink {
    const observed = new ObservedLink().connect(this.subject.transport, asServer(address));
    this.#links.push(observed);
    return observed;
  }

  async open(): Promise<ObservedLink> {
    return this.connect().opened();
  }
}
