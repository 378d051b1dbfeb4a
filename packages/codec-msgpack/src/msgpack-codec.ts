import type { Codec } from '@mc/core';
import { PlainForm } from './plain-form.js';
import { StructuredForm } from './structured-form.js';

/** Options of {@link msgpackCodec}. */
export interface MsgpackOptions {
  /**
   * Write Map, Set, RegExp, Error, typed arrays, any bigint, undefined, -0 and circles too, in msgpackr's own
   * extensions, which other languages do not read. Default false: plain MessagePack.
   */
  readonly structured?: boolean | undefined;
  /**
   * With `structured: true` only: write the member names of objects of one shape once a value, which makes lists of
   * objects smaller and faster to read. False writes them with each object, which makes a single object a little
   * smaller and faster, and a Map slower. Either reads what the other wrote. Default true.
   */
  readonly records?: boolean | undefined;
}

/**
 * MessagePack, for everything that the client does not store in a form of its own. What it cannot give back as it
 * was is refused, with the exceptions that the README lists. Each value stands for itself, so any process can read
 * it. `decode` returns a new object each time.
 *
 * `encode` throws a TypeError for what it cannot hold, `decode` a SyntaxError for damaged bytes; no message quotes
 * the value.
 * Source: MessagePack specification; structured: msgpackr's extensions.
 *
 * @throws TypeError for `records` without `structured`
 */
export function msgpackCodec(options: MsgpackOptions = {}): Codec {
  const { structured = false, records } = options;
  if (!structured && records !== undefined) {
    throw new TypeError('records needs structured: true: other languages do not read records');
  }
  const form = structured ? new StructuredForm(records ?? true) : new PlainForm();
  return {
    name: structured ? 'msgpack-structured' : 'msgpack',
    id: structured ? 4 : 2,
    encode: (value) => form.encode(value),
    decode: (data) => form.decode(data),
  };
}
