import { inspect, isDeepStrictEqual } from 'node:util';
import { jsonCodec } from '@mc/codec-json';
import { msgpackCodec } from '@mc/codec-msgpack';
import { pylibmcCodec } from '@mc/codec-pylibmc';
import type { Codec } from '@mc/core';
import { valueSamples } from './value-samples.js';

const COLUMNS: ReadonlyMap<string, Codec> = new Map([
  ['JSON', jsonCodec()],
  ['MessagePack', msgpackCodec()],
  ['structured', msgpackCodec({ structured: true })],
  ['pickle', pylibmcCodec()],
  ['pickle, exact', pylibmcCodec({ exact: true })],
]);

/** What becomes of each sample under each codec, as the rows of a table. */
export function valuesTable(): string[][] {
  const rows = [...valueSamples()].map(([name, value]) => [
    name,
    ...[...COLUMNS.values()].map((codec) => outcome(codec, value)),
  ]);
  return [['', ...COLUMNS.keys()], ...rows];
}

function outcome(codec: Codec, value: unknown): string {
  let encoded: string | Uint8Array;
  try {
    encoded = codec.encode(value);
  } catch {
    return 'no';
  }
  const decoded = codec.decode(Uint8Array.from(Buffer.from(encoded as string)));
  if (isDeepStrictEqual(decoded, value) && keepsSharing(decoded, value)) return '=';
  return `\`${isOwnClass(decoded) ? decoded.constructor.name : inspect(decoded)}\``;
}

/** What stood in two places is one object still. */
function keepsSharing(decoded: unknown, value: unknown): boolean {
  if (!Array.isArray(value) || !Array.isArray(decoded)) return true;
  return (value[0] === value[1]) === (decoded[0] === decoded[1]);
}

function isOwnClass(value: unknown): value is object {
  return typeof value === 'object' && value !== null && value.constructor.name.startsWith('Python');
}
