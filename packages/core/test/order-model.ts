import type { MemcachedClient } from '@mc/core';
import type { Random } from '@mc/testing';

/** What one key holds. Every write gives it a new version, which stands for its CAS id. */
interface Item {
  readonly value: string | number;
  readonly version: number;
}

/** One call: how it is made, and what the model says its outcome is. Errors count as their codes. */
export interface ModelCall {
  readonly text: string;
  make(client: MemcachedClient): Promise<unknown>;
  readonly expected: unknown;
}

/** Keys that hold text get text appended; keys that hold counters are counted. Both are read and written alike. */
const TEXT_KEYS = ['text-1', 'text-2'] as const;
const COUNTER_KEYS = ['count-1', 'count-2'] as const;
const KEYS = [...TEXT_KEYS, ...COUNTER_KEYS];

/** A CAS id that no item has: a server counts them up from 1. */
const NO_ITEM = 2n ** 62n;

type Step = (random: Random, key: string) => ModelCall;

/**
 * A memcached as a plain map, which applies calls in call order. Counters are kept large, since memcached pads a number
 * that gets shorter only when nobody is reading it, and that cannot be foreseen.
 */
export class OrderModel {
  readonly #items: Map<string, Item> = new Map<string, Item>();
  readonly #casIds: Map<string, { readonly cas: bigint; readonly version: number }> = new Map();
  #versions = 0;

  /** The next random call; the model is then past it. */
  next(random: Random): ModelCall {
    const key = random.pick(KEYS);
    const steps = (TEXT_KEYS as readonly string[]).includes(key) ? this.#textSteps : this.#counterSteps;
    if (random.chance(0.01)) return this.#flushAll();
    return random.pick([...this.#steps, ...steps])(random, key);
  }

  /** Reads the CAS ids that `cas` may use from now on. No call may be under way. */
  async readCasIds(client: MemcachedClient): Promise<void> {
    this.#casIds.clear();
    for (const [key, { cas }] of await client.getsMulti(KEYS)) {
      this.#casIds.set(key, { cas, version: this.#items.get(key)?.version ?? -1 });
    }
  }

  readonly #steps: readonly Step[] = [
    (_, key) => call(`get ${key}`, this.#read(key), (client) => client.get(key)),
    (_, key) => call(`get ${key}`, this.#read(key), (client) => client.get(key)),
    (_, key) => call(`gets ${key}`, this.#read(key), async (client) => (await client.gets(key))?.value),
    (_, key) => call(`getAndTouch ${key}`, this.#read(key), (client) => client.getAndTouch(key, 3600)),
    (_, key) => call(`touch ${key}`, this.#items.has(key), (client) => client.touch(key, 3600)),
    (random) => this.#getMulti(random),
    (random) => this.#getMulti(random),
    (random, key) => this.#set(key, newValue(random, key)),
    (random, key) => this.#set(key, newValue(random, key)),
    (random, key) => this.#add(key, newValue(random, key)),
    (random, key) => this.#replace(key, newValue(random, key)),
    (random, key) => this.#cas(key, newValue(random, key)),
    (_, key) => call(`delete ${key}`, this.#items.delete(key), (client) => client.delete(key)),
    (random) => this.#setMulti(random),
    (random) => this.#addMulti(random),
    (random) => this.#deleteMulti(random),
  ];

  readonly #textSteps: readonly Step[] = [
    (random, key) => this.#extend(key, letters(random, 3), 'append'),
    (random, key) => this.#extend(key, letters(random, 3), 'prepend'),
    (_, key) =>
      call(`incr ${key}`, this.#items.has(key) ? 'MC_CLIENT_ERROR' : 'MC_CACHE_MISS', (c) => c.incr(key)),
  ];

  readonly #counterSteps: readonly Step[] = [
    (random, key) => this.#count(key, random.integer(50)),
    (random, key) => this.#count(key, -random.integer(50)),
    (random) => this.#incrMulti(random),
  ];

  #read(key: string): unknown {
    return this.#items.get(key)?.value;
  }

  #store(key: string, value: string | number): void {
    this.#versions += 1;
    this.#items.set(key, { value, version: this.#versions });
  }

  #set(key: string, value: string | number): ModelCall {
    this.#store(key, value);
    return call(`set ${key} ${value}`, true, (client) => client.set(key, value));
  }

  #add(key: string, value: string | number): ModelCall {
    const stored = !this.#items.has(key);
    if (stored) this.#store(key, value);
    return call(`add ${key} ${value}`, stored, (client) => client.add(key, value));
  }

  #replace(key: string, value: string | number): ModelCall {
    const stored = this.#items.has(key);
    if (stored) this.#store(key, value);
    return call(`replace ${key} ${value}`, stored, (client) => client.replace(key, value));
  }

  #cas(key: string, value: string | number): ModelCall {
    const known = this.#casIds.get(key);
    const stored = known !== undefined && this.#items.get(key)?.version === known.version;
    if (stored) this.#store(key, value);
    return call(`cas ${key} ${value}`, stored, (client) => client.cas(key, value, known?.cas ?? NO_ITEM));
  }

  #extend(key: string, addition: string, way: 'append' | 'prepend'): ModelCall {
    const item = this.#items.get(key);
    if (item !== undefined) {
      this.#store(key, way === 'append' ? `${item.value}${addition}` : `${addition}${item.value}`);
    }
    return call(`${way} ${key} ${addition}`, item !== undefined, (client) => client[way](key, addition));
  }

  #count(key: string, change: number): ModelCall {
    const item = this.#items.get(key);
    const expected = item === undefined ? 'MC_CACHE_MISS' : (item.value as number) + change;
    if (item !== undefined) this.#store(key, expected as number);
    return change < 0
      ? call(`decr ${key} ${-change}`, expected, (client) => client.decr(key, -change))
      : call(`incr ${key} ${change}`, expected, (client) => client.incr(key, change));
  }

  #flushAll(): ModelCall {
    this.#items.clear();
    return call('flushAll', true, (client) => client.flushAll());
  }

  #incrMulti(random: Random): ModelCall {
    const keys = subset(random, COUNTER_KEYS);
    const missing = keys.filter((key) => !this.#items.has(key));
    for (const key of keys) {
      const item = this.#items.get(key);
      if (item !== undefined) this.#store(key, (item.value as number) + 1);
    }
    const expected = missing.length > 0 ? 'MC_CACHE_MISS' : undefined;
    return call(`incrMulti ${keys}`, expected, (client) => client.incrMulti(keys));
  }

  #getMulti(random: Random): ModelCall {
    const keys = subset(random, KEYS);
    const found = keys.filter((key) => this.#items.has(key)).map((key) => [key, this.#read(key)] as const);
    return call(`getMulti ${keys}`, new Map(found), (client) => client.getMulti(keys));
  }

  #setMulti(random: Random): ModelCall {
    const entries = subset(random, KEYS).map((key) => [key, newValue(random, key)] as const);
    for (const [key, value] of entries) this.#store(key, value);
    return call(`setMulti ${entries.join(' ')}`, [], (client) => client.setMulti(entries));
  }

  #addMulti(random: Random): ModelCall {
    const entries = subset(random, KEYS).map((key) => [key, newValue(random, key)] as const);
    const existed = entries.map(([key]) => key).filter((key) => this.#items.has(key));
    for (const [key, value] of entries) if (!existed.includes(key)) this.#store(key, value);
    return call(`addMulti ${entries.join(' ')}`, existed.sort(), async (client) =>
      (await client.addMulti(entries)).sort(),
    );
  }

  #deleteMulti(random: Random): ModelCall {
    const keys = subset(random, KEYS);
    const expected = keys.map((key) => this.#items.delete(key)).every((deleted) => deleted);
    return call(`deleteMulti ${keys}`, expected, (client) => client.deleteMulti(keys));
  }
}

function call(text: string, expected: unknown, make: ModelCall['make']): ModelCall {
  return { text, expected, make };
}

function subset<T>(random: Random, all: readonly T[]): T[] {
  const some = all.filter(() => random.chance(0.5));
  return some.length > 0 ? some : [random.pick(all)];
}

function letters(random: Random, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(97 + random.integer(26))).join('');
}

/** Text of a few letters or of some kilobytes; counters of seven digits. */
function newValue(random: Random, key: string): string | number {
  if ((COUNTER_KEYS as readonly string[]).includes(key)) return 5_000_000 + random.integer(1_000_000);
  return random.chance(0.2)
    ? letters(random, 4).repeat(1 + random.integer(2000))
    : letters(random, 1 + random.integer(30));
}
