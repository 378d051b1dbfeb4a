import { InvalidArgumentError, keyIdentity, type WireKey } from '@mc/protocol';
import { checkIterable } from './arguments.js';
import { Batch, type BatchItem, type Conclude, NOTHING_THERE } from './batch.js';
import { type CallInput, fillBody } from './call.js';
import type { Context } from './context.js';
import type { CompressionChoice, Entries, Key, Packed } from './contract.js';
import { AbortError, CacheMissError, PartialFailureError } from './errors.js';
import { channelOf } from './execute.js';
import { joinedKey, routeKeyOf, wireKeyOf } from './key-rules.js';
import type { Operation } from './operations.js';

/**
 * One operation without values on many keys: all keys are checked before anything is sent, then each server gets its
 * own in one go.
 */
export function executeMany(
  context: Context,
  operation: Operation,
  keys: Iterable<Key>,
  keyPrefix: string | undefined,
  input: CallInput,
  conclude: Conclude,
): Promise<unknown> {
  try {
    const prefix = checkPrefix(keyPrefix);
    const batch = new Batch(context, operation, input, conclude);
    const distinct = new Map<string, BatchItem>();
    for (const key of checkIterable(keys, 'keys')) {
      const whole = joinedKey(prefix, key);
      const wireKey = wireKeyOf(context.keyRules, whole);
      const identity = keyIdentity(wireKey);
      const same = distinct.get(identity);
      if (same === undefined) distinct.set(identity, addItem(context, batch, key, whole, wireKey, input));
      else batch.addSame(same, key);
    }
    return submitInOrder(context, batch, input, distinct.keys(), []);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** One storing operation on many entries: all are packed and checked before anything is sent. */
export function executeStoreMany(
  context: Context,
  operation: Operation,
  entries: Entries,
  keyPrefix: string | undefined,
  input: CallInput,
  choice: CompressionChoice,
): Promise<unknown> {
  try {
    const prefix = checkPrefix(keyPrefix);
    const batch = new Batch(context, operation, input, refusedKeys);
    const identities = new Set<string>();
    const packing: Array<Promise<void>> = [];
    for (const [key, value] of pairsOf(entries)) {
      const whole = joinedKey(prefix, key);
      const wireKey = wireKeyOf(context.keyRules, whole);
      identities.add(keyIdentity(wireKey));
      pack(context, addItem(context, batch, key, whole, wireKey, input), value, choice, packing);
    }
    return submitInOrder(context, batch, input, identities, packing);
  } catch (error) {
    return Promise.reject(error);
  }
}

function addItem(
  context: Context,
  batch: Batch,
  key: Key,
  whole: Key,
  wireKey: WireKey,
  input: CallInput,
): BatchItem {
  const item = batch.add(key, wireKey);
  item.routeKey = routeKeyOf(context.keyRules, whole, wireKey, input.options?.routeBy);
  return item;
}

/** Submits the batch, behind its own packing and earlier calls on its keys that wait; later ones wait for it. */
function submitInOrder(
  context: Context,
  batch: Batch,
  input: CallInput,
  identities: Iterable<string>,
  packing: ReadonlyArray<Promise<void>>,
): Promise<unknown> {
  refuseAborted(input);
  const { packOrder } = context;
  if (packing.length === 0 && packOrder.isIdle) {
    batch.submit((item) => channelOf(context, item, batch.operation));
    return batch.outcome;
  }
  batch.startClock();
  return packOrder
    .inTurn([...identities], packing, batch.timeoutMs, input.options?.signal, () => {
      refuseAborted(input);
      batch.submit((item) => channelOf(context, item, batch.operation));
    })
    .then(() => batch.outcome);
}

/** Concludes with `result`, or the `PartialFailureError` that holds it. */
function concludeWith<T>(batch: Batch, result: T, errors: ReadonlyMap<Key, Error> = batch.errors): T {
  if (errors.size > 0) throw new PartialFailureError(result, errors);
  return result;
}

/** Concludes with the values found, by key as given. */
export function foundValues(batch: Batch): Map<Key, unknown> {
  const found = new Map<Key, unknown>();
  const { given, results } = batch;
  for (let at = 0; at < given.length; at += 1) {
    const value = results[at];
    if (value !== NOTHING_THERE) found.set(given[at] as Key, value);
  }
  return concludeWith(batch, found);
}

/** Concludes with whether all keys were there. */
export function allThere(batch: Batch): boolean {
  return concludeWith(batch, !batch.results.includes(false));
}

/** Concludes where every counter was changed. */
export function allCounted(batch: Batch): void {
  const missing: Key[] = [];
  for (const [key, error] of batch.errors) if (error instanceof CacheMissError) missing.push(key);
  if (missing.length > 0 && missing.length === batch.errors.size) throw new CacheMissError(missing);
  concludeWith(batch, undefined);
}

/** Codes of a refusal by a server: the key is listed as failed, and nothing is thrown. */
const REFUSALS: ReadonlySet<string> = new Set(['MC_VALUE_TOO_LARGE', 'MC_OUT_OF_MEMORY']);

/** Concludes with the keys (as given) that the servers did not store. */
function refusedKeys(batch: Batch): Key[] {
  const errors = new Map<Key, Error>();
  const refused = new Set<Key>();
  for (const [key, error] of batch.errors) {
    if ('code' in error && REFUSALS.has(String(error.code))) refused.add(key);
    else errors.set(key, error);
  }
  for (const [at, key] of batch.given.entries()) if (batch.results[at] === false) refused.add(key);
  return concludeWith(batch, [...refused], errors);
}

function checkPrefix(keyPrefix: string | undefined): string {
  if (keyPrefix === undefined) return '';
  if (typeof keyPrefix !== 'string') throw new InvalidArgumentError('keyPrefix must be a string');
  return keyPrefix;
}

function pairsOf(entries: Entries): Iterable<readonly [Key, unknown]> {
  if (typeof entries !== 'object' || entries === null || entries instanceof Uint8Array) {
    throw new InvalidArgumentError('entries must be an object, a Map or an iterable of pairs');
  }
  if (!(Symbol.iterator in entries)) return plainEntries(entries);
  return checkPairs(entries as Iterable<readonly [Key, unknown]>);
}

/** The members of a plain object; a promise or another class's instance would give none, and lose all. */
function plainEntries(entries: Readonly<Record<string, unknown>>): Array<[string, unknown]> {
  const prototype: unknown = Object.getPrototypeOf(entries);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new InvalidArgumentError('entries must be a plain object, a Map or an iterable of pairs');
  }
  return Object.entries(entries);
}

function* checkPairs(entries: Iterable<readonly [Key, unknown]>): Iterable<readonly [Key, unknown]> {
  for (const pair of entries) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new InvalidArgumentError('entries must be pairs of key and value');
    yield pair as unknown as readonly [Key, unknown];
  }
}

function pack(
  context: Context,
  item: BatchItem,
  value: unknown,
  choice: CompressionChoice,
  packing: Array<Promise<void>>,
): void {
  const packed: Packed | Promise<Packed> = context.coder.pack(value, choice);
  if (!(packed instanceof Promise)) {
    fillBody(item, packed);
    return;
  }
  const filled = packed.then((data) => fillBody(item, data));
  // A later entry may be refused before anybody waits for this one.
  filled.catch(() => {});
  packing.push(filled);
}

function refuseAborted(input: CallInput): void {
  const signal = input.options?.signal;
  if (signal?.aborted) throw new AbortError(false, signal.reason);
}
