import { checkKey } from '@mc/protocol';
import { isTimeout } from './arguments.js';
import type { ChannelOptions } from './connection/server-channel.js';
import type {
  ClientOptions,
  Codec,
  Compressor,
  ServerFailurePolicy,
  ValueOptions,
  ViewOptions,
} from './contract.js';
import { ConfigurationError } from './errors.js';
import { FormatCoder } from './value/format-coder.js';
import { LayoutCoder } from './value/layout-coder.js';
import type { ValueCoder } from './value/value-coder.js';

const MAX_VALUE_BYTES = 64 * 1024 * 1024;
const VALUE_OPTIONS = [
  'codec',
  'readCodecs',
  'compressor',
  'readCompressors',
  'minCompressLen',
  'compressLevel',
] as const;

const VIEW_OPTIONS = [...VALUE_OPTIONS, 'format', 'keyPrefix', 'timeoutMs'] as const;
const CLIENT_OPTIONS: ReadonlySet<string> = new Set([
  ...VIEW_OPTIONS,
  'servers',
  'transport',
  'hash',
  'distribution',
  'connectTimeoutMs',
  'connectionTimeoutMs',
  'failureLimit',
  'retryTimeoutMs',
  'retries',
  'maxQueuedCalls',
  'maxValueBytes',
  'mergeGets',
  'onServerFailure',
]);

/** @throws ConfigurationError for what is no options object, or has an option that does not exist */
export function checkOptionNames(options: ClientOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigurationError('createClient takes an object of options');
  }
  const unknown = Object.keys(options).find((name) => !CLIENT_OPTIONS.has(name));
  if (unknown !== undefined) throw new ConfigurationError(`createClient has no option ${unknown}`);
}

/** Settings of calls, checked and with their defaults. */
export interface CallSettings {
  readonly keyPrefix: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly onServerFailure: ServerFailurePolicy;
}

/** @throws ConfigurationError */
export function callSettings(options: ClientOptions): CallSettings {
  const { onServerFailure = 'throw' } = options;
  if (onServerFailure !== 'throw' && onServerFailure !== 'miss') {
    throw new ConfigurationError("onServerFailure must be 'throw' or 'miss'");
  }
  return {
    keyPrefix: checkPrefix(options.keyPrefix),
    timeoutMs: milliseconds('timeoutMs', options.timeoutMs, 500),
    retries: integer('retries', options.retries, 1, 0),
    onServerFailure,
  };
}

/** @throws ConfigurationError */
export function channelSettings(options: ClientOptions): Omit<ChannelOptions, 'keepsBytes'> {
  const mergeGets = options.mergeGets ?? true;
  if (typeof mergeGets !== 'boolean') throw new ConfigurationError('mergeGets must be true or false');
  return {
    connectTimeoutMs: milliseconds('connectTimeoutMs', options.connectTimeoutMs, 1000),
    connectionTimeoutMs: milliseconds('connectionTimeoutMs', options.connectionTimeoutMs, 2000),
    failureLimit: integer('failureLimit', options.failureLimit, 3, 1),
    retryTimeoutMs: milliseconds('retryTimeoutMs', options.retryTimeoutMs, 2000),
    maxQueuedCalls: integer('maxQueuedCalls', options.maxQueuedCalls, 65_536, 1),
    maxValueBytes: maxValueBytesOf(options),
    mergeGets,
  };
}

/** Largest value in bytes. @throws ConfigurationError */
export function maxValueBytesOf(options: Pick<ClientOptions, 'maxValueBytes'>): number {
  return integer('maxValueBytes', options.maxValueBytes, MAX_VALUE_BYTES, 1);
}

/** The milliseconds of a view. @throws ConfigurationError */
export function viewTimeout(timeoutMs: number | undefined, defaultMs: number): number {
  return milliseconds('timeoutMs', timeoutMs, defaultMs);
}

/** @throws ConfigurationError where no key could follow the prefix */
export function checkPrefix(keyPrefix: string | undefined): string {
  if (keyPrefix === undefined || keyPrefix === '') return '';
  if (typeof keyPrefix !== 'string') throw new ConfigurationError('keyPrefix must be a string');
  try {
    checkKey('k', keyPrefix);
  } catch (cause) {
    throw new ConfigurationError('keyPrefix leaves no room for a key, or holds bytes that no key may hold', {
      cause,
    });
  }
  return keyPrefix;
}

/**
 * The options of a view: the client's, with the view's in their place. A codec or compressor that is replaced still
 * reads, so that a view understands what the client has stored.
 */
export function viewOptions(base: ClientOptions, given: ViewOptions): ClientOptions {
  const view = definedOptions(given);
  const { format, codec, readCodecs, compressor, readCompressors, minCompressLen, compressLevel, ...rest } =
    base;
  const others = { ...rest, ...view };
  if (view.format !== undefined) return others;
  const changesLayout = VALUE_OPTIONS.some((name) => view[name] !== undefined);
  if (format !== undefined && !changesLayout) return { ...others, format };
  const codecs = withReplaced(view.readCodecs ?? readCodecs, view.codec, codec);
  const compressors = withReplaced(view.readCompressors ?? readCompressors, view.compressor, compressor);
  const inherited = { codec, compressor, minCompressLen, compressLevel };
  const layout = Object.fromEntries(Object.entries(inherited).filter(([, value]) => value !== undefined));
  return { ...layout, ...others, readCodecs: codecs, readCompressors: compressors };
}

/** The options of a view that are there; one that is `undefined` changes nothing. */
function definedOptions(given: ViewOptions): ViewOptions {
  if (typeof given !== 'object' || given === null)
    throw new ConfigurationError('with() takes an object of options');
  const names = VIEW_OPTIONS.filter((name) => given[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, given[name]]));
}

function withReplaced<P extends Codec | Compressor>(
  readers: readonly P[] = [],
  writer: P | undefined,
  replaced: P | undefined,
): P[] {
  if (writer === undefined) return [...readers];
  const all = replaced === undefined ? readers : [...readers, replaced];
  return all.filter(({ id }, at) => id !== writer.id && all.findIndex((other) => other.id === id) === at);
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

function milliseconds(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (!isTimeout(value))
    throw new ConfigurationError(`${name} must be a number of milliseconds from 1 to 2^31 - 1`);
  return value;
}

function integer(name: string, value: number | undefined, fallback: number, least: number): number {
  if (value === undefined) return fallback;
  if (!Number.isSafeInteger(value) || value < least)
    throw new ConfigurationError(`${name} must be an integer of at least ${least}`);
  return value;
}
