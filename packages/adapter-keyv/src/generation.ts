import { randomBytes } from 'node:crypto';
import { type MemcachedClient, MemcachedError } from '@mc/memcached';
import { generationItem, generationOf, type Stored } from './entry.js';

/** A question to the server for the present token; many calls share one. */
export interface Reading {
  /** True where the answer has come. */
  readonly isDone: boolean;
  /** The answer, once it has come; `undefined` where there is no token. */
  readonly token: string | undefined;
  readonly answer: Promise<string | undefined>;
}

/**
 * Which entries of a namespace are to be seen: those that were written under its present token. A new token hides
 * all at once.
 */
export interface Generation {
  /** Counts the renewals by this process. */
  readonly renewals: number;
  /** What to write under now, as far as is known without asking. */
  token(): string;
  /** True where that is a token of this process's own making, and it is not known yet whether it counts. */
  readonly isGuess: boolean;
  /** The token as the server has it; `undefined` where there is none. Asked anew in every turn of the event loop. */
  current(): Reading;
  /** Puts a new token in the place of the present one. */
  renew(): Promise<void>;
  /** Whether one of the renewals by this process after that of this number took effect; waits for their end. */
  hasRenewed(since: number): Promise<boolean>;
  /** Why a token of this process could not be put there, where that is known. */
  readonly refusal: unknown;
}

const TOKEN_BYTES = 9;

/** 72 random bits. Never a count: one that was evicted and starts anew would bring back what had been cleared. */
function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

const FIXED_TOKEN: string = '-'.repeat(12);
const FIXED_READING: Reading = { isDone: true, token: FIXED_TOKEN, answer: Promise.resolve(FIXED_TOKEN) };

/** A namespace without generations: its entries are never hidden. */
export class NoGeneration implements Generation {
  readonly renewals = 0;
  readonly isGuess = false;
  readonly refusal = undefined;
  readonly #clear: () => Promise<unknown>;

  constructor(clear: () => Promise<unknown>) {
    this.#clear = clear;
  }

  token(): string {
    return FIXED_TOKEN;
  }

  current(): Reading {
    return FIXED_READING;
  }

  async renew(): Promise<void> {
    await this.#clear();
  }

  async hasRenewed(): Promise<boolean> {
    return true;
  }
}

class PendingReading implements Reading {
  isDone = false;
  token: string | undefined;
  readonly answer: Promise<string | undefined>;

  constructor(asking: Promise<Stored | undefined>, learn: (token: string | undefined) => void) {
    this.answer = this.#wait(asking, learn);
    // Whoever asks may find his answer elsewhere first.
    this.answer.catch(() => {});
  }

  async #wait(
    asking: Promise<Stored | undefined>,
    learn: (token: string | undefined) => void,
  ): Promise<string | undefined> {
    const stored = await asking;
    const token = stored === undefined ? undefined : generationOf(stored);
    this.token = token;
    this.isDone = true;
    learn(token);
    return token;
  }
}

/** The generation of a namespace, kept in an item of its own. */
export class StoredGeneration implements Generation {
  renewals = 0;
  isGuess = false;
  refusal: unknown = undefined;
  readonly #client: MemcachedClient<Stored>;
  readonly #key: string;
  #known: string | undefined;
  #reading: Reading | undefined;
  /** Of all renewals so far. */
  #renewing: Promise<unknown> = Promise.resolve();
  /** The number of the last that took effect. */
  #renewed = 0;

  constructor(client: MemcachedClient<Stored>, key: string) {
    this.#client = client;
    this.#key = key;
  }

  /** Where none is known, a new one is put there at once, unless there is one. */
  token(): string {
    if (this.#known !== undefined) return this.#known;
    const token = newToken();
    this.#known = token;
    this.isGuess = true;
    this.refusal = undefined;
    this.#client.add(this.#key, generationItem(token)).catch((error: unknown) => {
      this.refusal = error;
    });
    // One that was asked for before would say that there is none.
    this.#reading = undefined;
    return token;
  }

  current(): Reading {
    if (this.#reading !== undefined) return this.#reading;
    const before = this.#known;
    const reading = new PendingReading(this.#client.get(this.#key), (token) => {
      // Unless this process has put another one there since, or has read one.
      if (this.#known !== before) return;
      this.#known = token;
      this.isGuess = false;
    });
    this.#reading = reading;
    afterThisTurn(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    return reading;
  }

  async renew(): Promise<void> {
    refuseGutter(this.#client, this.#key);
    const token = newToken();
    this.renewals += 1;
    this.#known = token;
    this.isGuess = false;
    this.#reading = undefined;
    const storing = this.#client.set(this.#key, generationItem(token));
    this.#renewing = Promise.allSettled([this.#renewing, this.#note(storing, this.renewals)]);
    if (!(await storing)) throw notKept();
  }

  async #note(storing: Promise<boolean>, renewal: number): Promise<void> {
    if (await storing) this.#renewed = Math.max(this.#renewed, renewal);
  }

  async hasRenewed(since: number): Promise<boolean> {
    await this.#renewing;
    return this.#renewed > since;
  }
}

/** @throws MemcachedError where a gutter would take the new token: the old one would be back with its server */
function refuseGutter(client: MemcachedClient<Stored>, key: string): void {
  const servers = client.servers();
  if (!servers.some(({ isGutter }) => isGutter)) return;
  const { name } = client.serverFor(key);
  if (!servers.some((server) => server.name === name && server.state === 'down')) return;
  const message = 'the server that keeps the generation of the namespace is down';
  throw new MemcachedError('MC_SERVER_DOWN', message, { server: name });
}

/** The server is there, and takes no generation. */
export function notKept(): MemcachedError {
  return new MemcachedError('MC_SERVER_ERROR', 'the server does not keep the generation of the namespace');
}

/**
 * Runs the task when what was started in this turn of the event loop has been sent: no news from elsewhere can have
 * come before that, so all of it may share one reading.
 */
function afterThisTurn(task: () => void): void {
  void Promise.resolve().then(() => process.nextTick(task));
}
