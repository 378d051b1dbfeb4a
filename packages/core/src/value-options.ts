import type { ClientOptions, Codec, Compressor, ValueOptions } from './contract.js';
import { ConfigurationError } from './errors.js';
import { integer } from './option-checks.js';
import { FormatCoder } from './value/format-coder.js';
import { LayoutCoder } from './value/layout-coder.js';
import type { ValueCoder } from './value/value-coder.js';

const MAX_VALUE_BYTES = 64 * 1024 * 1024;

/** Options that make up the project's value layout. */
export const VALUE_OPTIONS = [
  'codec',
  'readCodecs',
  'compressor',
  'readCompressors',
  'minCompressLen',
  'compressLevel',
] as const;

/** Largest value in bytes. @throws ConfigurationError */
export function maxValueBytesOf(options: Pick<ClientOptions, 'maxValueBytes'>): number {
  return integer('maxValueBytes', options.maxValueBytes, MAX_VALUE_BYTES, 1);
}

/** How values are packed and unpacked. @throws ConfigurationError */
export function makeCoder(options: ValueOptions, maxValueBytes: number): ValueCoder {
  if (options.format !== undefined) {
    const excluded = VALUE_OPTIONS.find((name) => options[name] !== undefined);
    if (excluded !== undefined)
      throw new ConfigurationError(`format replaces the whole value layout: drop ${excluded}`);
    return new FormatCoder(options.format, maxValueBytes);
  }
  return makeLayout(options, maxValueBytes);
}

/** This project's own value layout. @throws ConfigurationError */
export function makeLayout(options: ValueOptions, maxValueBytes: number): LayoutCoder {
  const { codec, readCodecs = [], compressor, readCompressors = [] } = options;
  return new LayoutCoder({
    codec,
    codecs: byId('codec', codec === undefined ? readCodecs : [codec, ...readCodecs]),
    compressor,
    compressors: byId(
      'compressor',
      compressor === undefined ? readCompressors : [compressor, ...readCompressors],
    ),
    minCompressLen: integer('minCompressLen', options.minCompressLen, 0, 0),
    compressLevel: options.compressLevel,
    maxValueBytes,
  });
}

function isId(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= 8;
}

function byId<P extends Codec | Compressor>(kind: string, plugins: readonly P[]): Map<number, P> {
  const map = new Map<number, P>();
  for (const plugin of plugins) {
    if (typeof plugin !== 'object' || plugin === null || !isId(plugin.id)) {
      throw new ConfigurationError(`a ${kind} must be an object with a valid id`);
    }
    const other = map.get(plugin.id);
    if (other !== undefined && other !== plugin)
      throw new ConfigurationError(`two ${kind}s have the id ${plugin.id}`);
    map.set(plugin.id, plugin);
  }
  return map;
}
