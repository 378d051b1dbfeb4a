import { DecodeError } from '@mc/core';

const MAX_NAME = 100;

/** A place in bytes, never past their end. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  /** Index of the next byte. */
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Number of bytes that are left. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** The next byte. @throws DecodeError at the end */
  next(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw endsEarly();
    this.at += 1;
    return byte;
  }

  /** Steps over bytes. @returns where they start @throws DecodeError where there are not so many */
  skip(length: number): number {
    if (length > this.left) throw endsEarly();
    const start = this.at;
    this.at += length;
    return start;
  }

  /** Bytes that follow the value are not its own. @throws DecodeError */
  expectEnd(): void {
    if (this.left > 0) throw new DecodeError('bytes follow the value');
  }
}

/** For a value that is cut. */
export function endsEarly(): DecodeError {
  return new DecodeError('the value ends too early');
}

/** For a value that breaks the rules of its serialization. */
export function malformed(serialization: string): DecodeError {
  return new DecodeError(`the value is marked as ${serialization} and is damaged`);
}

/** The name of a class in bytes of the value, fit for a message. */
export function nameOf(bytes: Uint8Array, start: number, end: number): string {
  return printable(String.fromCharCode(...bytes.subarray(start, Math.min(end, start + MAX_NAME))));
}

/** A name, cut, and without what cannot be printed. */
export function printable(name: string): string {
  return name.slice(0, MAX_NAME).replaceAll(/[^\x20-\x7e]/g, '?');
}
