import { ReplyLine, type StoreRequest } from '../protocol/index.js';
import type { Engine } from './engine.js';
import { type Item, itemBytes } from './item.js';

/** Decides, before the body comes, whether a store request can be taken; returns the line to refuse it with. */
export function admitStore(engine: Engine, request: StoreRequest): string | undefined {
  const { store, statistics } = engine;
  const bytes = itemBytes(request.key.length, request.flags, request.bodyLength);
  const tooLarge = bytes > engine.maxItemBytes;
  // What is added to an item needs memory only once it is joined with it.
  const adds = request.verb === 'append' || request.verb === 'prepend';
  if (!tooLarge && (adds || store.makeRoom(bytes))) {
    // Counted here, because one whose body turns out not to be as announced counts too.
    statistics.cmdSet += 1;
    return undefined;
  }
  if (tooLarge) statistics.storeTooLarge += 1;
  else statistics.storeNoMemory += 1;
  if (request.verb === 'set') {
    // memcached's way not to leave an outdated value behind.
    const old = store.find(request.key);
    if (old !== undefined) store.remove(old);
  }
  return tooLarge ? ReplyLine.TOO_LARGE : ReplyLine.NO_MEMORY;
}

/** What each command does where the item is there, and where it is not. Source: memcached.c, do_store_item. */
interface StoreRow {
  readonly there: (engine: Engine, request: StoreRequest, old: Item) => string;
  readonly absent: (engine: Engine, request: StoreRequest) => string;
}

const STORE_ROWS: Readonly<Record<StoreRequest['verb'], StoreRow>> = {
  set: { there: overwrite, absent: create },
  add: { there: keep, absent: create },
  replace: { there: overwrite, absent: () => ReplyLine.NOT_STORED },
  append: {
    there: (engine, request, old) => join(engine, old, old.body, request.body),
    absent: () => ReplyLine.NOT_STORED,
  },
  prepend: {
    there: (engine, request, old) => join(engine, old, request.body, old.body),
    absent: () => ReplyLine.NOT_STORED,
  },
  cas: { there: compareAndSwap, absent: missCas },
};

/** Carries out a store request; returns the reply line. */
export function runStore(engine: Engine, request: StoreRequest): string {
  const old = engine.store.find(request.key);
  const row = STORE_ROWS[request.verb];
  return old === undefined ? row.absent(engine, request) : row.there(engine, request, old);
}

function create(engine: Engine, request: StoreRequest): string {
  const body = request.bodyOwned ? request.body : copyOf(request.body);
  engine.store.add(request.key, request.flags, engine.clock.expiryOf(request.exptime), body);
  return ReplyLine.STORED;
}

function overwrite(engine: Engine, request: StoreRequest, old: Item): string {
  const expiry = engine.clock.expiryOf(request.exptime);
  engine.store.overwrite(old, request.flags, expiry, bodyInto(old.body, request));
  return ReplyLine.STORED;
}

/** The body as the item's own bytes: in the memory of the old ones where they are as long. */
function bodyInto(old: Uint8Array, request: StoreRequest): Uint8Array {
  if (request.bodyOwned) return request.body;
  if (old.length !== request.body.length) return copyOf(request.body);
  old.set(request.body);
  return old;
}

/** Not `slice()`: of a Buffer that is a view. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** A refused add counts as a use of the item. */
function keep(engine: Engine, _request: StoreRequest, old: Item): string {
  engine.store.use(old);
  return ReplyLine.NOT_STORED;
}

function compareAndSwap(engine: Engine, request: StoreRequest, old: Item): string {
  if (request.cas !== BigInt(old.cas)) {
    engine.statistics.casBadval += 1;
    return ReplyLine.EXISTS;
  }
  engine.statistics.casHits += 1;
  return overwrite(engine, request, old);
}

function missCas(engine: Engine): string {
  engine.statistics.casMisses += 1;
  return ReplyLine.NOT_FOUND;
}

/** Flags and expiry stay those of the item. Where the whole is too large or has no room, the item stays as it was. */
function join(engine: Engine, old: Item, first: Uint8Array, second: Uint8Array): string {
  const length = first.length + second.length;
  const bytes = itemBytes(old.key.length, old.flags, length);
  if (bytes > engine.maxItemBytes || !engine.store.makeRoom(bytes, old)) return ReplyLine.NOT_STORED;
  const body = new Uint8Array(length);
  body.set(first);
  body.set(second, first.length);
  engine.store.overwrite(old, old.flags, old.expiry, body);
  return ReplyLine.STORED;
}
