import {
  PythonBytearray,
  PythonDate,
  PythonDatetime,
  PythonDecimal,
  PythonFloat,
  PythonFrozenset,
  PythonOrderedDict,
  PythonRange,
  PythonTime,
  PythonTimedelta,
  PythonTimezone,
  PythonTuple,
  PythonUuid,
} from '@mc/codec-pylibmc';

/** All that a pickle may be read as. */
const KNOWN: ReadonlySet<unknown> = new Set(
  [
    ...[Object, Array, Map, Set, Uint8Array, Date],
    ...[PythonBytearray, PythonDate, PythonDatetime, PythonDecimal, PythonFloat, PythonFrozenset],
    ...[PythonOrderedDict, PythonRange, PythonTime, PythonTimedelta, PythonTimezone, PythonTuple, PythonUuid],
  ].map(({ prototype }) => prototype as unknown),
);

/** Name of the class of an object in the value that no value has; undefined where there is none. */
export function foreignObjectIn(root: unknown): string | undefined {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'function') return 'a function';
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (!KNOWN.has(Object.getPrototypeOf(value))) return value.constructor.name;
    if (value instanceof Uint8Array) continue;
    if (value instanceof Map) waiting.push(...value.keys(), ...value.values());
    else if (value instanceof Set) waiting.push(...value);
    else waiting.push(...Object.values(value));
  }
  return undefined;
}
