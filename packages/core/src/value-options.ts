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
    if (!hasMethods(options.format, 'pack', 'unpack')) {
      throw new ConfigurationError('a format must be an object with pack() and unpack(): was it called?');
    }
    return new FormatCoder(options.format, maxValueBytes);
  }
  return makeLayout(options, maxValueBytes);
}

/** This project's own value layout. @throws ConfigurationError */
export function makeLayout(options: ValueOptions, maxValueBytes: number): LayoutCoder {
  const { codec, readCodecs, compressor, readCompressors, compressLevel } = options;
  const codecs = pluginsOf('codec', codec, readCodecs, 'encode', 'decode');
  const compressors = pluginsOf('compressor', compressor, readCompressors, 'compress', 'decompress');
  const minCompressLen = integer('minCompressLen', options.minCompressLen, 0, 0);
  if (minCompressLen > 0 && compressor === undefined) {
    throw new ConfigurationError(
      'minCompressLen does nothing without a compressor: pass one, such as zlibCompressor()',
    );
  }
  if (compressLevel !== undefined && !Number.isInteger(compressLevel)) {
    throw new ConfigurationError('compressLevel must be an integer');
  }
  return new LayoutCoder({
    codec,
    codecs,
    compressor,
    compressors,
    minCompressLen,
    compressLevel,
    maxValueBytes,
  });
}

/** The plugin that writes and those that read, by id. @throws ConfigurationError */
function pluginsOf<P extends Codec | Compressor>(
  kind: string,
  writer: P | undefined,
  readers: readonly P[] | undefined,
  ...methods: readonly string[]
): Map<number, P> {
  if (readers !== undefined && !Array.isArray(readers)) {
    throw new ConfigurationError(`the ${kind}s to read with must be an array`);
  }
  const plugins = [...(writer === undefined ? [] : [writer]), ...(readers ?? [])];
  const odd = plugins.find((plugin) => !hasMethods(plugin, ...methods));
  if (odd !== undefined || plugins.includes(undefined as never)) {
    throw new ConfigurationError(
      `a ${kind} must be an object with ${methods.join('() and ')}(): was it called?`,
    );
  }
  return byId(kind, plugins);
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
}

function isId(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= 8;
}

function byId<P extends Codec | Compressor>(kind: string, plugins: readonly P[]): Map<number, P> {
  const map = new Map<number, P>();
  for (const plugin of plugins) {
    if (!isId(plugin.id)) throw new ConfigurationError(`the id of a ${kind} must be an integer from 1 to 8`);
    const other = map.get(plugin.id);
    if (other !== undefined && other !== plugin)
      throw new ConfigurationError(`two ${kind}s have the id ${plugin.id}`);
    map.set(plugin.id, plugin);
  }
  return map;
}
