import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServerAddress } from '@mc/core';
import { findMemcached } from './memcached-binary.js';
import { untilStopped } from './process-state.js';

/** What {@link startMemcached} may be told. */
export interface MemcachedOptions {
  /** Listen on a unix socket in a folder of its own rather than on TCP. Default false. */
  readonly unixSocket?: boolean;
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Memory for items in megabytes (`-m`). Default 64. */
  readonly memoryMegabytes?: number;
  /** Largest item, as memcached writes it: `1m`, `8m` (`-I`). Default memcached's own, 1 MiB. */
  readonly itemSize?: string;
  /** Worker threads (`-t`). Default 1. */
  readonly threads?: number;
  /** Further arguments, as memcached takes them. */
  readonly args?: readonly string[];
}

/** A real memcached that listens on the loopback only and belongs to the caller. */
export interface MemcachedServer extends AsyncDisposable {
  /** Where it listens; goes into `servers` of a client as it is. */
  readonly address: ServerAddress;
  /** `host:port` or the socket path: its name in a client's errors and result maps. */
  readonly name: string;
  /** The TCP port, 0 for a unix socket. */
  readonly port: number;
  /** True while the process runs. */
  readonly running: boolean;
  /** Stops the process from answering without closing anything: a server that hangs. Resolves when it has stopped. */
  pause(): Promise<void>;
  /** Lets a paused process go on. */
  resume(): void;
  /** Ends the process without a goodbye; the system closes its connections. */
  kill(): Promise<void>;
  /** Ends the process and starts an empty one at the same address. */
  restart(): Promise<void>;
  /** Ends the process and removes what it left. */
  stop(): Promise<void>;
}

/** How long a memcached may take to listen, in milliseconds. */
const START_DEADLINE_MS = 10_000;
const POLL_MS = 5;

/**
 * Starts a real memcached on a free port of the loopback (or a unix socket) and waits until it accepts connections.
 * It ends with `await using`, with `stop()`, and at the latest with this process.
 *
 * @throws Error where no memcached is found (see {@link findMemcached}) or it does not start
 */
export async function startMemcached(options: MemcachedOptions = {}): Promise<MemcachedServer> {
  const binary = findMemcached();
  if (binary === undefined) {
    throw new Error(
      'no memcached found: put one on PATH, name it in MEMCACHED_BIN, or set MC_NO_MEMCACHED=1',
    );
  }
  const server = new SpawnedMemcached(binary, options);
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

class SpawnedMemcached implements MemcachedServer {
  readonly #binary: string;
  readonly #options: MemcachedOptions;
  readonly #folder: string;
  #port = 0;
  #child: ChildProcess | undefined;

  constructor(binary: string, options: MemcachedOptions) {
    this.#binary = binary;
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'memcached-'));
  }

  get address(): ServerAddress {
    return this.#options.unixSocket ? { path: this.#socketPath } : { host: this.#host, port: this.#port };
  }

  get name(): string {
    if (this.#options.unixSocket) return this.#socketPath;
    return this.#host.includes(':') ? `[${this.#host}]:${this.#port}` : `${this.#host}:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async start(): Promise<void> {
    const child = spawn(this.#binary, this.#arguments(), {
      stdio: 'ignore',
      env: { ...process.env, MEMCACHED_PORT_FILENAME: this.#portFile },
    });
    this.#child = child;
    const killAtExit = () => {
      child.kill('SIGKILL');
      this.#removeFolder();
    };
    process.once('exit', killAtExit);
    child.once('exit', () => process.removeListener('exit', killAtExit));
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`memcached ended with exit code ${code} instead of listening`)),
      );
    });
    failed.catch(() => {});
    await Promise.race([this.#listening(), failed]);
  }

  async pause(): Promise<void> {
    const pid = this.#child?.pid;
    if (!this.running || pid === undefined) throw new Error('the server does not run');
    this.#child?.kill('SIGSTOP');
    await untilStopped(pid);
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (!this.running) return;
    const ended = once(this.#child as ChildProcess, 'exit');
    this.#child?.kill('SIGKILL');
    await ended;
  }

  async restart(): Promise<void> {
    await this.kill();
    rmSync(this.#socketPath, { force: true });
    await this.start();
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#removeFolder();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #removeFolder(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #host(): string {
    return this.#options.host ?? '127.0.0.1';
  }

  get #socketPath(): string {
    return join(this.#folder, 'socket');
  }

  get #portFile(): string {
    return join(this.#folder, 'port');
  }

  #arguments(): string[] {
    const { unixSocket, memoryMegabytes = 64, itemSize, threads = 1, args = [] } = this.#options;
    // -p -1 takes a free port and reports it in a file; after a restart the port is known and asked for again.
    const listen = unixSocket ? ['-s', this.#socketPath] : ['-l', this.#host, '-p', String(this.#port || -1)];
    // memcached refuses to run as root unless it is told so.
    const user = process.getuid?.() === 0 ? ['-u', 'root'] : [];
    const size = itemSize === undefined ? [] : ['-I', itemSize];
    return [
      ...user,
      ...listen,
      '-U',
      '0',
      '-m',
      String(memoryMegabytes),
      '-t',
      String(threads),
      ...size,
      ...args,
    ];
  }

  async #listening(): Promise<void> {
    const deadline = performance.now() + START_DEADLINE_MS;
    while (this.running && !(await this.#accepts())) {
      if (performance.now() > deadline) throw new Error('memcached did not listen in time');
      await wait(POLL_MS);
    }
  }

  async #accepts(): Promise<boolean> {
    if (!this.#options.unixSocket && this.#port === 0) {
      if (!existsSync(this.#portFile)) return false;
      this.#port = Number(/^TCP INET6?: (\d+)/m.exec(readFileSync(this.#portFile, 'utf8'))?.[1] ?? 0);
      if (this.#port === 0) return false;
    }
    const target = this.#options.unixSocket
      ? { path: this.#socketPath }
      : { host: this.#host, port: this.#port };
    const socket = connect(target);
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
}
