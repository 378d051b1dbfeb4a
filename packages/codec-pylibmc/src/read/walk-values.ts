import { beyondLimit } from '../pickle-error.js';
import { PythonFrozenset, PythonOrderedDict, PythonTuple } from '../python/collections.js';
import { isPlainDict } from './dict-members.js';
import { classAsValue } from './pickle-reader.js';
import { StackForm } from './stack-form.js';

/** What a container holds; undefined for everything else. */
function membersOf(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  if (value instanceof PythonTuple) return value.items;
  if (value instanceof PythonFrozenset) return [...value.members];
  if (value instanceof PythonOrderedDict) return [...value.entries.keys(), ...value.entries.values()];
  return isPlainDict(value) ? Object.values(value) : undefined;
}

/** A container on the way down. */
interface Level {
  readonly container: object;
  readonly members: readonly unknown[];
  next: number;
  /** Levels below it that were seen so far. */
  height: number;
}

/**
 * Makes sure that no container lies deeper than allowed, wherever else it may stand too. A value that contains itself
 * counts as often as it is named.
 *
 * @param isTree true where each container is known to stand in one place only
 * @throws PickleError
 */
export function checkDepth(root: unknown, maxDepth: number, isTree: boolean): void {
  const heights = isTree ? undefined : new Map<unknown, number>();
  const path: Level[] = [];
  const enter = (value: unknown): void => {
    const known = heights?.get(value);
    // Only once for each container: for most, the members are copied.
    const members = known === undefined ? membersOf(value) : [];
    if (members === undefined) return;
    if (path.length + (known ?? 1) > maxDepth)
      throw beyondLimit(`the pickle has more than ${maxDepth} levels`);
    const above = path.at(-1);
    if (known === undefined) {
      // 0 as long as it is not known: it may contain itself.
      heights?.set(value, 0);
      path.push({ container: value as object, members, next: 0, height: 0 });
    } else if (above !== undefined) above.height = Math.max(above.height, known);
  };
  enter(root);
  for (let level = path.at(-1); level !== undefined; level = path.at(-1)) {
    if (level.next < level.members.length) {
      level.next += 1;
      enter(level.members[level.next - 1]);
      continue;
    }
    path.pop();
    heights?.set(level.container, level.height + 1);
    const above = path.at(-1);
    if (above !== undefined) above.height = Math.max(above.height, level.height + 1);
  }
}

/** Visits the value and all that is in it, each object once. */
function visitObjects(root: unknown, visit: (value: object) => void): void {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    visit(value);
    for (const member of membersOf(value) ?? []) {
      if (typeof member === 'object' && !seen.has(member)) waiting.push(member);
    }
  }
}

/** Makes sure that there are values only. @throws PickleError */
export function refuseUnfinished(root: unknown): void {
  visitObjects(root, (value) => {
    if (value instanceof StackForm) throw classAsValue();
  });
}

/** Puts the maps that took the place of dicts wherever those dicts still stand. */
export function replaceDicts(root: unknown, replaced: ReadonlyMap<unknown, object>): void {
  visitObjects(root, (value) => replaceMembers(value, replaced));
}

/** Sets have no dicts as members, and keys of maps are none. */
function replaceMembers(container: object, replaced: ReadonlyMap<unknown, object>): void {
  const items = container instanceof PythonTuple ? container.items : container;
  if (Array.isArray(items)) {
    for (const [index, item] of items.entries()) items[index] = replaced.get(item) ?? item;
    return;
  }
  const entries = container instanceof PythonOrderedDict ? container.entries : container;
  if (entries instanceof Map) {
    for (const [key, value] of entries) entries.set(key, replaced.get(value) ?? value);
    return;
  }
  if (!isPlainDict(container)) return;
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(container))) {
    const map = replaced.get(value);
    if (map !== undefined) Object.defineProperty(container, key, { value: map });
  }
}
