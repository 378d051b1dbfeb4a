import { isIndex } from './index-name.js';

type Dict = Record<string, unknown>;

/** What has to be known of dicts that began with text as keys, once another key came. */
export class DictHistory {
  /** The maps that took the place of dicts when a key came that is no text. */
  readonly replaced: Map<unknown, Map<unknown, unknown>> = new Map();
  /** True where a replaced dict may stand in other containers already. */
  needsReplacing = false;
  /** True where a map has its keys in another order than Python, which an object had lost. */
  hasLostOrder = false;
  /** Keys in Python's order: an object puts whole numbers first. */
  readonly #orders = new Map<object, string[]>();

  /** The keys of a dict in Python's order, to be added to as long as all are text. */
  orderOf(dict: object): string[] {
    const known = this.#orders.get(dict);
    if (known !== undefined) return known;
    const order: string[] = [];
    this.#orders.set(dict, order);
    return order;
  }

  /** Makes a map that takes the place of a dict wherever that is met. */
  replace(dict: Dict): Map<unknown, unknown> {
    const order = this.#orders.get(dict);
    const keys = order ?? Object.keys(dict);
    if (order === undefined && keys.length > 1 && isIndex(keys[0] as string)) this.hasLostOrder = true;
    // A key that came again keeps its place, in the map as in Python.
    const map = new Map<unknown, unknown>(keys.map((key) => [key, dict[key]]));
    this.replaced.set(dict, map);
    return map;
  }
}
