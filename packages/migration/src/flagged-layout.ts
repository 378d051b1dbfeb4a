import { DecodeError, type ForeignLayout, type ForeignReaders } from '@mc/core';

/** A client whose flags say what a value is, and whether it was compressed after it was made bytes. */
export interface FlaggedClient {
  /** Shown in errors. */
  readonly name: string;
  /** Every bit that may be set. */
  readonly known: number;
  /** The bits of them that mark compression. */
  readonly compressed: number;
  /** `flags` are those that mark compression, one of them at least. */
  decompress(data: Uint8Array, flags: number, readers: ForeignReaders): Uint8Array | Promise<Uint8Array>;
  /** `type` is the flags without those that mark compression. */
  readTyped(data: Uint8Array, type: number, readers: ForeignReaders): unknown;
}

/** Reads what such a client wrote: it decompresses, on the thread or off it, and then reads. */
export function flaggedLayout(client: FlaggedClient): ForeignLayout {
  const { name, known, compressed } = client;
  return {
    name,
    read(data: Uint8Array, flags: number, readers: ForeignReaders): unknown {
      if ((flags & ~known) !== 0) throw foreignFlags(name);
      const type = flags & ~compressed;
      const compression = flags & compressed;
      if (compression === 0) return client.readTyped(data, type, readers);
      const plain = client.decompress(data, compression, readers);
      return plain instanceof Promise
        ? plain.then((bytes) => client.readTyped(bytes, type, readers))
        : client.readTyped(plain, type, readers);
    },
  };
}

/** For flags that the client does not write. */
export function foreignFlags(name: string): DecodeError {
  return new DecodeError(`the flags of the value were not written by ${name}`);
}

/** For flags that the client writes, but never together. */
export function severalTypes(): DecodeError {
  return new DecodeError('the flags of the value mark several types at once');
}
