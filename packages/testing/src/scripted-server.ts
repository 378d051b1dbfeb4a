import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { ServerAddress } from '@mc/core';
import { type ScriptedConnection, SocketConnection } from './scripted-connection.js';

/** What a scripted server does with one connection. It may return while the connection is open: it then stays silent. */
export type ConnectionScript = (connection: ScriptedConnection) => void | Promise<void>;

/** A server on a free port of the loopback that does what a script says, good or bad. */
export interface ScriptedServer extends AsyncDisposable {
  /** Where it listens; goes into `servers` of a client as it is. */
  readonly address: ServerAddress;
  /** `127.0.0.1:port`, its name in a client's errors and result maps. */
  readonly name: string;
  /** Every connection accepted so far, in order. */
  readonly connections: readonly ScriptedConnection[];
  /** Everything received so far on all connections, one character a byte. */
  readonly received: string;
  /** How many connections are open now. */
  readonly openConnections: number;
  /** Connections that are made from now on are refused; open ones stay. */
  refuse(): Promise<void>;
  /** Listens again on the same port. */
  listen(): Promise<void>;
  /** Drops all connections and ends. Rejects with what a script threw. */
  close(): Promise<void>;
}

/** What {@link scriptedServer} may be told. */
export interface ScriptedServerOptions {
  /** Leave a connection open on our side when the client has closed its own. Default false. */
  readonly allowHalfOpen?: boolean;
}

/** Starts a server that runs `script` on each connection. */
export async function scriptedServer(
  script: ConnectionScript,
  options: ScriptedServerOptions = {},
): Promise<ScriptedServer> {
  const server = new NetScriptedServer(script, options.allowHalfOpen ?? false);
  await server.listen();
  return server;
}

class NetScriptedServer implements ScriptedServer {
  readonly #script: ConnectionScript;
  readonly #allowHalfOpen: boolean;
  readonly #connections: SocketConnection[] = [];
  readonly #failures: unknown[] = [];
  #server: Server | undefined;
  #port = 0;

  constructor(script: ConnectionScript, allowHalfOpen: boolean) {
    this.#script = script;
    this.#allowHalfOpen = allowHalfOpen;
  }

  get address(): ServerAddress {
    return { host: '127.0.0.1', port: this.#port };
  }

  get name(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get connections(): readonly ScriptedConnection[] {
    return this.#connections;
  }

  get received(): string {
    return this.#connections.map((connection) => connection.received).join('');
  }

  get openConnections(): number {
    return this.#connections.filter((connection) => connection.open).length;
  }

  async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: this.#allowHalfOpen }, (socket) => {
      const connection = new SocketConnection(socket, this.#connections.length);
      this.#connections.push(connection);
      void this.#run(connection);
    });
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    if (bound !== null && typeof bound === 'object') this.#port = bound.port;
  }

  async refuse(): Promise<void> {
    // Closing waits for open connections, and those are meant to stay.
    this.#server?.close();
    this.#server = undefined;
  }

  async close(): Promise<void> {
    await this.refuse();
    for (const connection of this.#connections) connection.destroy();
    await Promise.all(this.#connections.map((connection) => connection.closed));
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(connection: SocketConnection): Promise<void> {
    try {
      await this.#script(connection);
    } catch (error) {
      this.#failures.push(error);
      connection.destroy();
    }
  }
}
