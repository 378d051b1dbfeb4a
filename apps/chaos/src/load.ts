import { setTimeout as wait } from 'node:timers/promises';
import { isMemcachedError, type MemcachedClient } from '@mc/core';
import type { Random } from '@mc/testing';
import { ServerCalls } from './server-calls.js';

const AT_ONCE = 64;
const KEYS = 3000;
/** Of a hundred calls, so many write. */
const WRITES = 20;
/** A caller whose call failed has something else to do for so long, in milliseconds. */
const AFTER_FAILURE_MS = 1;

/**
 * Whose keys a caller calls. `own`: of one server, so that the others keep their load while one hangs. `mixed`: of all, so
 * that every caller soon waits for the one that hangs.
 */
export type Callers = 'own' | 'mixed';

/** 64 callers that read and write, one call after the other each. */
export class Load {
  readonly #client: MemcachedClient;
  readonly #random: Random;
  readonly #kind: Callers;
  readonly #servers: Map<string, ServerCalls> = new Map();
  readonly #callers: Promise<void>[] = [];
  #isStopped = false;

  constructor(client: MemcachedClient, random: Random, callers: Callers) {
    this.#client = client;
    this.#kind = callers;
    this.#random = random;
  }

  /** The calls on the keys of a server. */
  of(server: string): ServerCalls {
    const calls = this.#servers.get(server) ?? new ServerCalls();
    this.#servers.set(server, calls);
    return calls;
  }

  /** The calls on the keys of all servers. */
  all(): ServerCalls[] {
    return [...this.#servers.values()];
  }

  /** Stores every key, then starts to call. */
  async start(): Promise<void> {
    const keys = Array.from({ length: KEYS }, (_, number) => keyOf(number));
    await this.#client.setMulti(
      keys.map((key) => [key, textFor(key)] as const),
      { timeoutMs: 10_000 },
    );
    const shares = this.#kind === 'mixed' ? [keys] : this.#keysByServer(keys);
    for (let caller = 0; caller < AT_ONCE; caller += 1) {
      this.#callers.push(this.#call(shares[caller % shares.length] as readonly string[]));
    }
  }

  /** Resolves when the last calls have settled. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#callers);
  }

  #keysByServer(keys: readonly string[]): string[][] {
    const shares = new Map<string, string[]>();
    for (const key of keys) {
      const { name } = this.#client.serverFor(key);
      shares.set(name, [...(shares.get(name) ?? []), key]);
    }
    return [...shares.values()];
  }

  async #call(keys: readonly string[]): Promise<void> {
    while (!this.#isStopped) {
      const key = this.#random.pick(keys);
      const calls = this.of(this.#client.serverFor(key).name);
      const startMs = performance.now();
      const code = await this.#outcome(key);
      const tookMs = performance.now() - startMs;
      if (code === undefined) {
        calls.succeeded(startMs, tookMs);
      } else {
        calls.failed.push({ startMs, tookMs, code });
        await wait(AFTER_FAILURE_MS);
      }
    }
  }

  /** What is wrong with a call; `undefined` where nothing is. A miss is nothing: a server may have been restarted. */
  async #outcome(key: string): Promise<string | undefined> {
    try {
      if (this.#random.integer(100) < WRITES) {
        return (await this.#client.set(key, textFor(key))) ? undefined : 'not stored';
      }
      const value = await this.#client.get(key);
      return value === undefined || value === textFor(key) ? undefined : 'wrong value';
    } catch (error) {
      return isMemcachedError(error) ? error.code : String(error);
    }
  }
}

function keyOf(number: number): string {
  return `key-${number}`;
}

/** It names its key, so that a value that reached the wrong caller is seen. */
function textFor(key: string): string {
  return `value of ${key} ${'.'.repeat(80)}`;
}
