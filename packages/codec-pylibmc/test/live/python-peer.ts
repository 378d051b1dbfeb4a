import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Description } from './described-value.js';
import { findPylibmc } from './pylibmc-python.js';

/** What Python raised for a request. */
export class PythonError extends Error {
  /** The name of the exception's class: `NotFound`, `ValueError`. */
  readonly type: string;

  constructor(type: string, text: string) {
    super(`${type}: ${text}`);
    this.name = 'PythonError';
    this.type = type;
  }
}

/** How {@link startPeer} starts the other side, and how long it may take. */
export interface PeerOptions {
  /** Default: the Python that {@link findPylibmc} finds, with `peer.py`. */
  readonly command?: readonly string[];
  /** The time for one answer, in milliseconds; then the process is killed. Default 50,000. */
  readonly timeoutMs?: number;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly text: string };
}

const TIMEOUT_MS = 50_000;
/** How long it may take to end once its input has ended, in milliseconds. */
const FAREWELL_MS = 1_000;
const PROGRAM = fileURLToPath(new URL('peer.py', import.meta.url));

/** Starts `peer.py`. It ends with `await using`, with `stop()`, and at the latest with this process. */
export function startPeer(options: PeerOptions = {}): PythonPeer {
  return new PythonPeer(options.command ?? [findPylibmc(), PROGRAM], options.timeoutMs ?? TIMEOUT_MS);
}

/** A Python process that does what it is asked to, one request after the other. */
export class PythonPeer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #closed: Promise<unknown>;
  #requests = 0;
  #ended: Error | undefined;
  #complaints = '';

  constructor([file = '', ...args]: readonly string[], timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    // Python would leave compiled modules beside the sources.
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.#child = child;
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    this.#closed = new Promise((resolve) => child.once('close', resolve));
    child.once('close', (code, signal) => {
      process.removeListener('exit', kill);
      this.#end(new Error(`the peer ended with ${signal ?? `code ${code}`}\n${this.#complaints}`));
    });
    child.once('error', (error) => this.#end(error));
    // What is written after its end is answered by the end.
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-4000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#answer(line));
  }

  /** Calls an operation of `peer.py`. What Python raises rejects as a {@link PythonError}. */
  ask<T>(op: string, named: Readonly<Record<string, unknown>> = {}): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#requests++;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(op), this.#timeoutMs);
      this.#waiting.set(id, { resolve: (result) => resolve(result as T), reject, timer });
      this.#child.stdin?.write(`${JSON.stringify({ id, op, ...named })}\n`);
    });
  }

  /** Makes a pylibmc client. Servers and behaviors are pylibmc's; a namespace is text. */
  async connect(
    servers: readonly string[],
    behaviors: Readonly<Record<string, unknown>> = {},
  ): Promise<PylibmcClient> {
    return new PylibmcClient(this, await this.ask<number>('connect', { servers, behaviors }));
  }

  /** The process's id; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends the process, by force if it does not end by itself. */
  async stop(): Promise<void> {
    if (this.#child.pid === undefined) return;
    const force = setTimeout(() => this.#child.kill('SIGKILL'), FAREWELL_MS);
    this.#child.stdin?.end();
    await this.#closed;
    clearTimeout(force);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #answer(line: string): void {
    const { id, result, error } = JSON.parse(line) as Answer;
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new PythonError(error.type, error.text));
  }

  #giveUp(op: string): void {
    this.#end(new Error(`the peer did not answer ${op} within ${this.#timeoutMs} ms`));
    this.#child.kill('SIGKILL');
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#ended);
    }
    this.#waiting.clear();
  }
}

/** A `pylibmc.Client` in the other process. */
export class PylibmcClient {
  readonly #peer: PythonPeer;
  readonly #number: number;

  constructor(peer: PythonPeer, number: number) {
    this.#peer = peer;
    this.#number = number;
  }

  /** Calls a method, with arguments and results described. */
  call(
    method: string,
    args: readonly Description[],
    options: Readonly<Record<string, Description>> = {},
  ): Promise<Description> {
    return this.#peer.ask('call', { client: this.#number, method, args, options });
  }

  /** What these keys hold; null for a miss. What pylibmc cannot read is an `error` in its place. */
  read(keys: readonly string[]): Promise<(Description | null)[]> {
    return this.#peer.ask('read', { client: this.#number, keys });
  }

  /** Sets values that `generate` made: pairs of key and index. */
  store(corpus: number, keys: readonly (readonly [string, number])[], minCompressLen = 0): Promise<number> {
    const named = { client: this.#number, corpus, keys, min_compress_len: minCompressLen };
    return this.#peer.ask('store', named);
  }

  /** `pylibmc.Client.clone()`. */
  async clone(): Promise<PylibmcClient> {
    return new PylibmcClient(this.#peer, await this.#peer.ask<number>('clone', { client: this.#number }));
  }
}
