import { type CacheItems, KEYS, MANY } from './cache-items.js';
import type { CacheSubject } from './cache-subject.js';

const AT_ONCE = 64;

/** What a subject is measured with. */
export interface CacheLoad {
  readonly title: string;
  /** One turn has so many keys. */
  readonly keysATurn: number;
  /** Rejects where a turn did not do what it had to; the look at that is the same for all subjects. */
  turn(subject: CacheSubject, items: CacheItems, turn: number): Promise<void>;
}

/** The loads by name. */
export const CACHE_LOADS: Readonly<Record<string, CacheLoad>> = {
  get: { title: `get, ${AT_ONCE} at once`, keysATurn: AT_ONCE, turn: getAtOnce },
  set: { title: `set, ${AT_ONCE} at once`, keysATurn: AT_ONCE, turn: setAtOnce },
  getMany: { title: `getMany of ${MANY} keys`, keysATurn: MANY, turn: getBatch },
};

/** The load of this name. */
export function cacheLoadOf(name: string): CacheLoad {
  const load = CACHE_LOADS[name];
  if (load === undefined) throw new Error(`there is no load ${name}`);
  return load;
}

async function getAtOnce(subject: CacheSubject, { kind, keys }: CacheItems, turn: number): Promise<void> {
  const first = turn * AT_ONCE;
  const calls: Array<Promise<unknown>> = [];
  for (let at = 0; at < AT_ONCE; at += 1) calls.push(subject.get(keys[(first + at) % KEYS] as string));
  const replies = await Promise.all(calls);
  for (let at = 0; at < AT_ONCE; at += 1) {
    if (!kind.isMarked(subject.valueIn(replies[at]), (first + at) % KEYS)) throw wrongValue(subject);
  }
}

async function setAtOnce(subject: CacheSubject, { keys, values }: CacheItems, turn: number): Promise<void> {
  const first = turn * AT_ONCE;
  const calls: Array<Promise<unknown>> = [];
  for (let at = 0; at < AT_ONCE; at += 1) {
    const id = (first + at) % KEYS;
    calls.push(subject.set(keys[id] as string, values[id]));
  }
  const replies = await Promise.all(calls);
  for (let at = 0; at < AT_ONCE; at += 1) if (replies[at] !== true) throw notStored(subject);
}

/** It looks at one value, whichever: to find all in a map takes longer than in a list. */
async function getBatch(subject: CacheSubject, { kind, batches }: CacheItems, turn: number): Promise<void> {
  const batch = turn % batches.length;
  const keys = batches[batch] as string[];
  const reply = await subject.getMany(keys);
  const at = Math.floor(Math.random() * MANY);
  if (!kind.isMarked(subject.valueAmong(reply, keys, at), batch * MANY + at)) throw wrongValue(subject);
}

/** Stores all items, and reads and compares each in both ways. */
export async function fill(subject: CacheSubject, items: CacheItems): Promise<void> {
  const { kind, keys, values, batches } = items;
  for (let turn = 0; turn * AT_ONCE < KEYS; turn += 1) await setAtOnce(subject, items, turn);
  for (const [id, key] of keys.entries()) {
    if (!kind.isSame(subject.valueIn(await subject.get(key)), values[id])) throw wrongValue(subject);
  }
  for (const [batch, batchKeys] of batches.entries()) {
    const reply = await subject.getMany(batchKeys);
    batchKeys.forEach((_, at) => {
      const found = subject.valueAmong(reply, batchKeys, at);
      if (!kind.isSame(found, values[batch * MANY + at])) throw wrongValue(subject);
    });
  }
}

/** A miss would be quick, or slow, and tell nothing. */
function wrongValue({ failures }: CacheSubject): Error {
  return new Error('what was stored is not what is read', { cause: failures[0] });
}

function notStored({ failures }: CacheSubject): Error {
  return new Error('a value was not stored', { cause: failures[0] });
}
