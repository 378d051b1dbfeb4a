import type {
  ClientOptions,
  Codec,
  Compressor,
  ServerFailurePolicy,
  ValueOptions,
  ViewOptions,
} from './contract.js';
import { ConfigurationError } from './errors.js';
import { milliseconds } from './option-checks.js';
import { VALUE_OPTIONS } from './value-options.js';

/** What `with()` may change. */
export const VIEW_OPTIONS: ReadonlyArray<keyof ViewOptions> = [
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
  if (view.format !== undefined) return { ...rest, ...view } as ClientOptions;
  if (format !== undefined) {
    // The client would read by its format what the view wrote without it.
    const changed = VALUE_OPTIONS.find((name) => view[name] !== undefined);
    if (changed === undefined) return { ...rest, ...(view as ValueOptions), format };
    throw new ConfigurationError(
      `the client has a format, which owns the whole value layout: give ${changed} to a format of the view's own`,
    );
  }
  const writer = typeof view.codec === 'function' ? view.codec(codec) : view.codec;
  const codecs = withReplaced(view.readCodecs ?? readCodecs, writer, codec);
  const compressors = withReplaced(view.readCompressors ?? readCompressors, view.compressor, compressor);
  const inherited = { compressor, minCompressLen, compressLevel };
  const layout = Object.fromEntries(Object.entries(inherited).filter(([, value]) => value !== undefined));
  const { codec: _, ...others } = view;
  const written = writer ?? codec;
  return {
    ...{ ...rest, ...layout, ...others },
    ...(written !== undefined && { codec: written }),
    ...{ readCodecs: codecs, readCompressors: compressors },
  };
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
