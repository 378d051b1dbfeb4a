import { isDeepStrictEqual } from 'node:util';

/** A kind of value that is stored and read, another one under each key. */
export interface CacheValue {
  readonly title: string;
  make(id: number): unknown;
  /** Looks at the least that tells the value of this number from all others: it runs while the time is taken. */
  isMarked(found: unknown, id: number): boolean;
  /** Compares all of it. */
  isSame(found: unknown, made: unknown): boolean;
}

const TEXT_LENGTH = 1_000;
const BYTES_LENGTH = 10_000;
const MARK_LENGTH = 4;

const hasId = (found: unknown, id: number): boolean => (found as { id?: number } | undefined)?.id === id;
const marks: readonly string[] = Array.from({ length: 10 ** MARK_LENGTH }, (_, id) => markOf(id));

/** The values by name. `object` is what the aims are about. */
export const CACHE_VALUES: Readonly<Record<string, CacheValue>> = {
  object: {
    title: 'object, 50 B',
    make: (id) => ({ id, name: `user ${id}`, tags: ['a', 'b'], on: true }),
    isMarked: hasId,
    isSame: isDeepStrictEqual,
  },
  record: { title: 'object, 200 B', make: makeRecord, isMarked: hasId, isSame: isDeepStrictEqual },
  text: {
    title: 'text, 1 kB',
    make: makeText,
    isMarked: (found, id) =>
      typeof found === 'string' && found.length === TEXT_LENGTH && found.startsWith(marks[id] as string),
    isSame: (found, made) => found === made,
  },
  bytes: {
    title: 'bytes, 10 kB',
    make: makeBytes,
    isMarked: (found, id) =>
      found instanceof Uint8Array &&
      found.length === BYTES_LENGTH &&
      (found[0] as number) + (found[1] as number) * 256 === id,
    isSame: (found, made) => found instanceof Uint8Array && Buffer.compare(found, made as Buffer) === 0,
  },
};

/** The value of this name. */
export function cacheValueOf(name: string): CacheValue {
  const value = CACHE_VALUES[name];
  if (value === undefined) throw new Error(`there is no value ${name}`);
  return value;
}

function markOf(id: number): string {
  return String(id).padStart(MARK_LENGTH, '0');
}

/** About 200 bytes as JSON. */
function makeRecord(id: number): unknown {
  return {
    id,
    name: `user ${id}`,
    email: `user.${id}@example.com`,
    address: { street: '12 Long Road', city: 'Springfield', zip: '01101' },
    tags: ['red', 'green'],
    since: '2024-02-29T12:00:00Z',
    score: 12.5,
    on: true,
  };
}

/** From bytes: a string put together from parts would be made one on first use, within the time. */
function makeText(id: number): string {
  const line = `${markOf(id)} The quick brown fox jumps over the lazy dog. `;
  return Buffer.alloc(TEXT_LENGTH, line).toString('latin1');
}

function makeBytes(id: number): Buffer {
  const bytes = Buffer.alloc(BYTES_LENGTH);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (at * 31 + id) % 251;
  bytes.writeUInt16LE(id, 0);
  return bytes;
}
