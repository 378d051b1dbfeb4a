import { damaged } from './pickle-error.js';
import { type PickleOptions, type PickleSettings, pickleSettings } from './pickle-options.js';
import { PickleReader } from './read/pickle-reader.js';
import { RecentTexts } from './read/recent-texts.js';
import { runPickle } from './read/run-pickle.js';
import { checkDepth, refuseUnfinished, replaceDicts } from './read/walk-values.js';

/**
 * The value of a pickle of protocol 0 to 5. Nothing in it is ever run: data is read, and a short list of classes has
 * code of its own here. The README has the table of what becomes what. Format: Python's `pickletools`.
 *
 * @throws PickleError for what is no pickle, names something that is not on the list, or is too deep or too large
 */
export function readPickle(data: Uint8Array, options?: PickleOptions): unknown {
  return readWith(data, pickleSettings(options), new RecentTexts());
}

/** {@link readPickle}, with options that were checked and the texts that were read lately. */
function readWith(data: Uint8Array, settings: PickleSettings, texts: RecentTexts): unknown {
  if (!(data instanceof Uint8Array)) throw new TypeError('a pickle is a Uint8Array');
  const reader = new PickleReader(data, settings, texts, false);
  const value = runPickle(reader);
  if (!reader.dicts?.hasLostOrder) return checked(reader, value);
  const again = new PickleReader(data, settings, texts, true);
  return checked(again, runPickle(again));
}

/** The value, where all that is in it may be. */
function checked(reader: PickleReader, value: unknown): unknown {
  const { settings, dicts } = reader;
  if (reader.at < reader.data.length && !settings.ignoreTrailing) throw damaged('bytes follow its end');
  if (dicts?.needsReplacing) replaceDicts(value, dicts.replaced);
  if (reader.holdsUnfinished) refuseUnfinished(value);
  // Each level has a container of its own, unless it contains itself.
  if (reader.containers > settings.maxDepth) checkDepth(value, settings.maxDepth, reader.fetched === 0);
  return value;
}

/** Reads pickles one after the other, which is quicker where they look alike. */
export function pickleReader(settings: PickleSettings): (data: Uint8Array) => unknown {
  const texts = new RecentTexts();
  return (data) => readWith(data, settings, texts);
}
