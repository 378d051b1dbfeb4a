import type { ClientOptions, Codec, Compressor, ServerFailurePolicy, ViewOptions } from './contract.js';
import { ConfigurationError } from './errors.js';
import { milliseconds } from './option-checks.js';
import { VALUE_OPTIONS } from './value-options.js';

/** What `with()` may change. */
export const VIEW_OPTIONS: ReadonlyArray<Exclude<keyof ViewOptions, 'wrapCodec'>> = [
  ...VALUE_OPTIONS,
  'format',
  'keyPrefix',
  'timeoutMs',
  'onServerFailure',
];

/** What is to become of calls whose server cannot be reached. @throws ConfigurationError */
export function failurePolicy(
  policy: ServerFailurePolicy | undefined,
  byDefault: ServerFailurePolicy,
): ServerFailurePolicy {
  if (policy === undefined) return byDefault;
  if (policy === 'throw' || policy === 'miss') return policy;
  throw new ConfigurationError("onServerFailure must be 'throw' or 'miss'");
}

/** The milliseconds of a view. @throws ConfigurationError */
export function viewTimeout(timeoutMs: number | undefined, defaultMs: number): number {
  return milliseconds('timeoutMs', timeoutMs, defaultMs);
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
  if (format !== undefined) {
    // The client would read by its format what the view wrote without it.
    const changed = VALUE_OPTIONS.find((name) => view[name] !== undefined);
    if (changed === undefined) return { ...others, format };
    throw new ConfigurationError(
      `the client has a format, which owns the whole value layout: give ${changed} to a format of the view's own`,
    );
  }
  const codecs = withReplaced(view.readCodecs ?? readCodecs, view.codec, codec);
  const compressors = withReplaced(view.readCompressors ?? readCompressors, view.compressor, compressor);
  const inherited = { codec, compressor, minCompressLen, compressLevel };
  const layout = Object.fromEntries(Object.entries(inherited).filter(([, value]) => value !== undefined));
  return { ...layout, ...others, readCodecs: codecs, readCompressors: compressors };
}

/** The view's options with the codec that is made around the client's. @throws ConfigurationError */
export function wrappedCodec(base: ClientOptions, given: ViewOptions): ViewOptions {
  const { wrapCodec, ...others } = given ?? {};
  if (wrapCodec === undefined) return given;
  if (typeof wrapCodec !== 'function') throw new ConfigurationError('wrapCodec must be a function');
  if (others.codec !== undefined || others.format !== undefined) {
    throw new ConfigurationError('wrapCodec excludes codec and format');
  }
  if (base.format !== undefined) {
    throw new ConfigurationError('the client has a format and no codec: there is nothing to wrap');
  }
  const codec: unknown = wrapCodec(base.codec);
  if (typeof codec !== 'object' || codec === null) {
    throw new ConfigurationError('wrapCodec must return a codec');
  }
  return { ...others, codec: codec as Codec };
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
