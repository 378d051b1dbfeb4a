import type { Compressor } from '@mc/core';
import type { Contest, Way } from './contestant.js';

/** More than any payload has. */
const MAX_BYTES = 2 ** 24;

/** The library's calls in this thread, and in the thread pool where it has those. */
export interface BareCompressor {
  readonly here: CompressCalls;
  readonly inPool?: CompressCalls;
}

interface CompressCalls {
  readonly encode: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  readonly decode: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** A compressor beside the bare calls of its library, of which those are taken that work where ours does. */
export async function compressorContest(
  compressor: Compressor,
  value: unknown,
  bare: BareCompressor,
): Promise<Contest> {
  const input = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8');
  const ours: Way = {
    encode: (data) => compressor.compress(data as Uint8Array),
    decode: (data) => compressor.decompress(data, MAX_BYTES),
  };
  const stream = ours.encode(input);
  const encodesInPool = stream instanceof Promise;
  const decodesInPool = ours.decode((await stream) as Uint8Array) instanceof Promise;
  const callsFor = (pooled: boolean): CompressCalls => (pooled ? (bare.inPool ?? bare.here) : bare.here);
  const bareWay: Way = {
    encode: callsFor(encodesInPool).encode as Way['encode'],
    decode: callsFor(decodesInPool).decode,
  };
  return { input, ways: { bare: bareWay, ours } };
}
