import { jsonCodec } from '@mc/codec-json';
import { type ClientOptions, createClient, type MemcachedClient, type ValueFormat } from '@mc/core';
import { expectsMemcached, randomFrom, startMemcached, testSeed } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { tcpTransport } from '@mc/transport-tcp';
import { zlibCompressor } from '../src/index.js';

/** Gives the stored bytes and flags as they are. */
const AS_STORED: ValueFormat = {
  pack: (value) => value as { data: Uint8Array; flags: number },
  unpack: (data, flags) => ({ data, flags }),
};

/** A running server, and clients of it. */
export interface Compressing extends AsyncDisposable {
  /** A client that compresses with zlib from 100 bytes on, unless it is told otherwise. */
  open(options?: Partial<ClientOptions>): MemcachedClient;
  /** What stands on the server under a key. */
  stored(key: string): Promise<{ data: Buffer; flags: number }>;
  /** Stores bytes and flags as they are. */
  store(key: string, data: Uint8Array, flags: number): Promise<void>;
}

/** Real memcached first, then the embedded server. */
export const SUBJECTS: Readonly<Record<string, () => Promise<Compressing>>> = {
  ...(expectsMemcached() ? { memcached: startReal } : {}),
  'the embedded server': startEmbedded,
};

async function startReal(): Promise<Compressing> {
  const server = await startMemcached({ itemSize: '24m', memoryMegabytes: 256 });
  const common = { servers: server.address, transport: tcpTransport() };
  return compressing(common, () => server.stop());
}

async function startEmbedded(): Promise<Compressing> {
  const transport = memoryTransport({ maxItemBytes: 24 * 1_048_576, memoryBytes: 256 * 1_048_576 });
  return compressing({ servers: 'embedded:11211', transport }, async () => {});
}

function compressing(
  common: Pick<ClientOptions, 'servers' | 'transport'>,
  stop: () => Promise<void>,
): Compressing {
  const clients: MemcachedClient[] = [];
  // Values of megabytes are compressed here, on machines that may be busy with other tests.
  const patient = { timeoutMs: 30_000, connectionTimeoutMs: 30_000, codec: jsonCodec() };
  const open = (options: Partial<ClientOptions> = {}): MemcachedClient => {
    const client = createClient({ ...common, ...patient, ...options });
    clients.push(client);
    return client;
  };
  const { codec: _, ...withoutCodec } = patient;
  const raw = createClient({ ...common, ...withoutCodec, format: AS_STORED });
  clients.push(raw);
  return {
    open: (options) => open({ compressor: zlibCompressor(), minCompressLen: 100, ...options }),
    stored: async (key) => (await raw.get(key)) as { data: Buffer; flags: number },
    store: async (key, data, flags) => void (await raw.set(key, { data, flags })),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await stop();
    },
  };
}

/** Text of this many bytes in which words recur, decided by the seed of the run. */
export function wordy(bytes: number): string {
  const random = randomFrom(testSeed() + bytes);
  const words = ['user', 'session', 'memcached', '"id":', 'value of', 'the'];
  let text = '';
  while (text.length < bytes) text += `${random.pick(words)} ${random.integer(1000)} `;
  return text.slice(0, bytes);
}

/** Bytes that no compressor makes smaller, decided by the seed of the run. */
export function noisy(bytes: number): Uint8Array {
  const random = randomFrom(testSeed() + bytes);
  return Uint8Array.from({ length: bytes }, () => random.integer(256));
}
