import { type Codec, createClient, type MemcachedClient, type Transport } from '@mc/core';
import type { Contest, Way } from './contestant.js';

/** Values are only serialized: nothing is sent. */
const NO_TRANSPORT: Transport = {
  connect() {
    throw new Error('Nothing is sent while values are measured.');
  },
};

/** A codec beside the bare calls of its library, and inside a client. */
export function codecContest(codec: Codec, value: unknown, bare: Way | undefined): Contest {
  const ours: Way = {
    // What is compared are bytes; the client writes text without this step.
    encode: (input) => toBytes(codec.encode(input)),
    decode: (bytes) => codec.decode(bytes),
  };
  // Text is packed by the client itself, whatever its codec.
  const client = typeof value === 'string' ? undefined : clientWay(codec, value);
  return {
    input: value,
    ways: { ...(bare === undefined ? {} : { bare }), ours, ...(client === undefined ? {} : { client }) },
  };
}

/** The client alone, for text, which needs no codec. */
export function textContest(value: unknown): Contest | undefined {
  if (typeof value !== 'string') return undefined;
  const bare: Way = {
    encode: (input) => Buffer.from(input as string, 'utf8'),
    decode: (bytes) => bufferOf(bytes).toString('utf8'),
  };
  return { input: value, ways: { bare, client: clientWay(undefined, value) } };
}

/** The whole value layer: flags, checks and codec, without compression. */
function clientWay(codec: Codec | undefined, value: unknown): Way {
  const client: MemcachedClient = createClient({
    servers: 'localhost',
    transport: NO_TRANSPORT,
    ...(codec === undefined ? {} : { codec }),
  });
  const { flags } = client.serialize(value);
  return {
    encode: (input) => client.serialize(input).data,
    decode: (bytes) => client.deserialize(bytes, flags),
  };
}

/** The same bytes with a Buffer's methods. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function toBytes(encoded: string | Uint8Array): Uint8Array {
  return typeof encoded === 'string' ? Buffer.from(encoded, 'utf8') : encoded;
}
