import { type ArithmeticRequest, parseUint64, ReplyLine } from '../protocol/index.js';
import type { Engine } from './engine.js';
import { type Item, itemBytes } from './item.js';

/** memcached keeps larger items in pieces, and those cannot be counters. Source: memcached 1.6.18, slab_chunk_max. */
const MAX_COUNTER_BYTES = 524_288;
const SPACE = 0x20;

/** Carries out incr or decr; returns the reply line. Source: memcached.c, do_add_delta. */
export function runArithmetic(engine: Engine, request: ArithmeticRequest): string {
  const incr = request.verb === 'incr';
  const { store, statistics } = engine;
  const item = store.find(request.key);
  if (item === undefined) {
    if (incr) statistics.incrMisses += 1;
    else statistics.decrMisses += 1;
    return ReplyLine.NOT_FOUND;
  }
  const old = item.bytes > MAX_COUNTER_BYTES ? undefined : parseUint64(item.body, 0, item.body.length);
  if (old === undefined) return ReplyLine.NOT_A_NUMBER;
  if (incr) statistics.incrHits += 1;
  else statistics.decrHits += 1;
  const digits = String(incr ? BigInt.asUintN(64, old + request.delta) : decreased(old, request.delta));
  return writeCounter(engine, item, digits) ? digits : ReplyLine.NO_MEMORY_FOR_COUNTER;
}

function decreased(value: bigint, delta: bigint): bigint {
  return delta > value ? 0n : value - delta;
}

/** A number that is no longer than the old bytes takes their place and is padded with spaces, as memcached does it. */
function writeCounter(engine: Engine, item: Item, digits: string): boolean {
  const { store, clock } = engine;
  const length = digits.length;
  const fits = length <= item.body.length;
  if (!fits && !store.makeRoom(itemBytes(item.key.length, item.flags, length), item)) return false;
  const body = fits ? item.body : new Uint8Array(length);
  for (let i = 0; i < length; i += 1) body[i] = digits.charCodeAt(i);
  if (fits) {
    body.fill(SPACE, length);
    item.cas = store.nextCas();
    item.time = clock.current;
    store.use(item);
  } else {
    store.overwrite(item, item.flags, item.expiry, body);
  }
  return true;
}
