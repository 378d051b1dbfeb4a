import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a server and, when it is told to, swallows every byte of both sides: a black hole. */
export class SwallowingProxy {
  readonly #port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  #swallows = false;

  private constructor(targetPort: number) {
    this.#port = targetPort;
    this.#server = createServer((client) => this.#serve(client));
  }

  /** A proxy on a free port of the loopback for a server on another. */
  static async start(targetPort: number): Promise<SwallowingProxy> {
    const proxy = new SwallowingProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Where it listens. */
  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  /** From now on connections are taken and stay open, and nothing comes through. */
  swallow(): void {
    this.#swallows = true;
  }

  /** Lets new connections through; those that have lost bytes are ended. */
  release(): void {
    this.#swallows = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends all connections and listens no more. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(client: Socket): void {
    this.#watch(client);
    if (this.#swallows) {
      client.resume();
      return;
    }
    const target = connect(this.#port, '127.0.0.1');
    this.#watch(target);
    this.#pass(client, target);
    this.#pass(target, client);
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // An end of one side is passed on by its close; what it was does not matter.
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #pass(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (!this.#swallows) to.write(bytes);
    });
    from.on('close', () => to.destroy());
  }
}
