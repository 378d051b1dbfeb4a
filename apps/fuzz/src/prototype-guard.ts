/** Objects that every value inherits from: hostile bytes that change one change all values of the process. */
const GUARDED: ReadonlyArray<readonly [name: string, object: object]> = [
  ['Object', Object],
  ['Object.prototype', Object.prototype],
  ['Array.prototype', Array.prototype],
  ['Function.prototype', Function.prototype],
  ['String.prototype', String.prototype],
  ['Number.prototype', Number.prototype],
  ['Map.prototype', Map.prototype],
  ['Set.prototype', Set.prototype],
  ['Date.prototype', Date.prototype],
  ['RegExp.prototype', RegExp.prototype],
  ['Error.prototype', Error.prototype],
  ['Promise.prototype', Promise.prototype],
  ['Uint8Array.prototype', Uint8Array.prototype],
  ['globalThis', globalThis],
];

/** Remembers the shared objects as they are; the function says which of them has changed since. */
export function guardPrototypes(): () => string | undefined {
  const before = GUARDED.map(([, object]) => pictureOf(object));
  return () =>
    GUARDED.find(([, object], at) => !isSamePicture(pictureOf(object), before[at] as Picture))?.[0];
}

type Picture = readonly [prototype: unknown, members: ReadonlyMap<PropertyKey, unknown>];

function pictureOf(object: object): Picture {
  const members = Reflect.ownKeys(object).map((key): [PropertyKey, unknown] => {
    // Node makes some of its globals when they are first used, so of these only the names are looked at.
    if (object === globalThis) return [key, undefined];
    const member = Reflect.getOwnPropertyDescriptor(object, key);
    return [key, member?.get ?? member?.value];
  });
  return [Reflect.getPrototypeOf(object), new Map(members)];
}

function isSamePicture([prototype, members]: Picture, [before, membersBefore]: Picture): boolean {
  if (prototype !== before || members.size !== membersBefore.size) return false;
  for (const [key, value] of members) if (!Object.is(membersBefore.get(key), value)) return false;
  return true;
}

/** Values looked at inside a decoded one: enough to find what a key called `__proto__` does. */
const MAX_LOOKED_AT = 64;

/** Says where a decoded value holds an object whose prototype was made up by the data. */
export function foreignPrototype(value: unknown): string | undefined {
  const queue: unknown[] = [value];
  for (let at = 0; at < queue.length && at < MAX_LOOKED_AT; at += 1) {
    const next = queue[at];
    if (typeof next !== 'object' || next === null) continue;
    const prototype: unknown = Reflect.getPrototypeOf(next);
    if (prototype !== null && !isOfClass(prototype)) return 'an object has a prototype made of data';
    if (!ArrayBuffer.isView(next)) queue.push(...Object.values(next).slice(0, MAX_LOOKED_AT));
  }
  return undefined;
}

/** True for the prototype of a class or constructor, which data cannot make up. */
function isOfClass(prototype: unknown): boolean {
  const maker: unknown = (prototype as { constructor?: unknown }).constructor;
  return typeof maker === 'function' && maker.prototype === prototype;
}
