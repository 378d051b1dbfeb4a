import { hasToJson, isPlainObject } from './is-plain-json.js';
import { MAX_DEPTH, nameOfPrimitive, refusal } from './refusal.js';

/**
 * A copy of a value that JSON.stringify writes without asking anyone: each `toJSON` is called once, as JSON does it,
 * and what it returns is looked at like everything else.
 *
 * @throws TypeError for what JSON cannot hold, with the reason
 */
export function plainCopy(value: unknown): unknown {
  const copy = copyOf('', value, new Set());
  if (copy === undefined) throw refusal(nameOfPrimitive(copy));
  return copy;
}

/** `undefined` is returned as it is: what it means depends on where it stands. */
function copyOf(key: string, value: unknown, ancestors: Set<object>): unknown {
  const resolved = resolve(key, value);
  switch (typeof resolved) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return resolved;
    case 'number':
      if (!Number.isFinite(resolved)) throw refusal(nameOfPrimitive(resolved));
      return resolved;
    case 'object':
      return resolved === null ? null : copyOfObject(resolved, resolved === value, ancestors);
    default:
      throw refusal(nameOfPrimitive(resolved));
  }
}

/** What JSON writes in place of a value: the result of its `toJSON`, where it has one. */
function resolve(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // A Buffer has a toJSON, but what that makes of it does not come back as bytes.
  if (isBytes(value)) throw refusal('bytes within an object or array');
  if (isInvalidDate(value)) throw refusal('an invalid Date');
  return hasToJson(value) ? value.toJSON(key) : value;
}

/** @param own true where no `toJSON` stands between the object and the value, or it returned the object itself */
function copyOfObject(value: object, own: boolean, ancestors: Set<object>): unknown {
  if (isBytes(value)) throw refusal('bytes within an object or array');
  if (ancestors.has(value)) throw refusal('an object that contains itself');
  if (ancestors.size >= MAX_DEPTH) throw refusal(`more than ${MAX_DEPTH} levels of objects and arrays`);
  const isArray = Array.isArray(value);
  const isRecord = isPlainObject(value) || (own && hasToJson(value));
  if (!isArray && !isRecord) throw refusal(nameOfObject(value));
  ancestors.add(value);
  const copy = isArray
    ? copyOfArray(value, ancestors)
    : copyOfMembers(value as Record<string, unknown>, ancestors);
  ancestors.delete(value);
  return copy;
}

function copyOfArray(value: readonly unknown[], ancestors: Set<object>): unknown[] {
  return Array.from(value, (element, index) => {
    const copy = copyOf(String(index), element, ancestors);
    if (copy === undefined) throw refusal('undefined, or a hole, in an array');
    return copy;
  });
}

/** The copy has no prototype, so a member called `__proto__` is a member like any other. */
function copyOfMembers(value: Record<string, unknown>, ancestors: Set<object>): object {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(value)) {
    // A toJSON that returned its own object was called; it is not data.
    if (key === 'toJSON' && hasToJson(value)) continue;
    copy[key] = copyOf(key, value[key], ancestors);
  }
  return copy;
}

function isBytes(value: object): boolean {
  if (ArrayBuffer.isView(value)) return true;
  const kind = kindOf(value);
  return kind === 'ArrayBuffer' || kind === 'SharedArrayBuffer';
}

/** Such a Date has a toJSON that says null. */
function isInvalidDate(value: object): boolean {
  return kindOf(value) === 'Date' && Number.isNaN((value as Date).getTime());
}

/** `Map`, `Set`, `RegExp`, ... as the language names it. */
function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

const NAMED_KINDS: ReadonlySet<string> = new Set([
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'RegExp',
  'Error',
  'Promise',
]);

function nameOfObject(value: object): string {
  const kind = kindOf(value);
  return NAMED_KINDS.has(kind) ? `an object of type ${kind}` : 'an instance of a class without toJSON()';
}
