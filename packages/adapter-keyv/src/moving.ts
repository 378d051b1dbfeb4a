import type { Codec, MemcachedClient } from '@mc/memcached';
import { ENTRY_CODEC } from './entry-codec.js';
import { DEADLINE_END, deadlineIn, GENERATION_END, readEntryLine, WRITE_ID_END } from './entry-line.js';
import { NEVER, secondsOnServer } from './expiry.js';

/** An entry as the bytes it is stored in: it can be given another generation without a look at its value. */
class EntryBytes {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** An entry that is moved: plain text, or bytes. */
export type Movable = string | EntryBytes;

/** Reads and writes entries as bytes. @param takesAll as of `entryCodec` */
export function movingCodec(takesAll: boolean): Codec<Movable> {
  return {
    name: 'Keyv entries',
    id: ENTRY_CODEC,
    takesSimple: takesAll,
    encode: (movable) => (typeof movable === 'string' ? movable : movable.bytes),
    decode: (data) => new EntryBytes(Buffer.from(data)),
  };
}

/** A write that was stored, and may have to move. */
export interface OwnWrite {
  readonly wire: string;
  readonly writeId: string;
}

/**
 * Gives what a write has stored another generation: the entry that the server has, as it is there.
 *
 * @returns false where it is not there any more, or under another generation
 */
export async function moveEntry(
  client: MemcachedClient<Movable>,
  { wire, writeId }: OwnWrite,
  from: string,
  to: string,
): Promise<boolean> {
  const found = await client.gets(wire);
  const movable: unknown = found?.value;
  if (found === undefined || !isOf(movable, from, writeId)) return false;
  const deadline = deadlineOf(movable);
  const options = deadline === NEVER ? undefined : { ttl: secondsOnServer(deadline) };
  return client.cas(wire, underGeneration(movable, to), found.cas, options);
}

/** False, too, for what somebody else has put there: moved by us, it could come back from before a clear(). */
function isOf(found: unknown, generation: string, writeId: string): found is Movable {
  if (typeof found === 'string') {
    return found.startsWith(generation, 1) && found.startsWith(writeId, DEADLINE_END);
  }
  if (!(found instanceof EntryBytes)) return false;
  const { bytes } = found;
  const isUnder = bytes.toString('latin1', 1, GENERATION_END) === generation;
  return isUnder && bytes.toString('latin1', DEADLINE_END, WRITE_ID_END) === writeId;
}

function deadlineOf(movable: Movable): number {
  return typeof movable === 'string' ? deadlineIn(movable) : readEntryLine(movable.bytes).deadline;
}

function underGeneration(movable: Movable, generation: string): Movable {
  if (typeof movable === 'string') return movable[0] + generation + movable.slice(GENERATION_END);
  movable.bytes.write(generation, 1, 'latin1');
  return movable;
}
