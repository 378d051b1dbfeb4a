/**
 * What the real clients have stored, as the programs beside the files recorded it.
 *
 * An expected value is JSON, with these tags: `bytes` (base64), `bigint` (digits), `number` (what JSON cannot say), `map`
 * (entries), `dict` (an object of Python), `digest` (a text by its SHA-256), `cycle` (a list that holds only itself) and
 * `refused` (part of the message).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** One value that another client has stored. */
export interface Fixture {
  readonly name: string;
  readonly made: string;
  readonly flags: number;
  /** Base64. */
  readonly payload: string;
  /** Options of the preset. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
}

/** The values that one client has stored. */
export interface FixtureFile {
  readonly client: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly fixtures: readonly Fixture[];
}

/** Reads `fixtures/<client>.json`. */
export function fixtureFile(client: string): FixtureFile {
  return JSON.parse(readFileSync(new URL(`fixtures/${client}.json`, import.meta.url), 'utf8')) as FixtureFile;
}

/** The one fixture of this name. */
export function fixtureOf(client: string, name: string): Fixture {
  const found = fixtureFile(client).fixtures.filter((fixture) => fixture.name === name);
  if (found.length !== 1) throw new Error(`${found.length} fixtures of ${client} are called ${name}`);
  return found[0] as Fixture;
}

/** The stored bytes. */
export function payloadOf({ payload }: Fixture): Uint8Array {
  return new Uint8Array(Buffer.from(payload, 'base64'));
}

/** Part of the message with which the value is refused; `undefined` where it is read. */
export function refusalOf({ expected }: Fixture): string | undefined {
  const tagged = expected as { $?: string; message?: string } | null;
  return tagged?.$ === 'refused' ? tagged.message : undefined;
}

/** Fails unless the value is the expected one, in which `digest` and `cycle` stand for what is not written out. */
export function expectValue(value: unknown, { expected }: Fixture): void {
  if ((expected as { $?: string } | null)?.$ === 'cycle') {
    expect(value).toHaveLength(1);
    expect((value as unknown[])[0]).toBe(value);
    return;
  }
  expect(comparable(value)).toStrictEqual(comparable(revived(expected)));
}

/** Stands for a text of this SHA-256. */
class Digest {
  readonly sha256: string;

  constructor(sha256: string) {
    this.sha256 = sha256;
  }
}

/** Texts of this length are compared by their digest. */
const LONG_TEXT = 1000;

/** A copy in which bytes are plain, own `__proto__` members are seen, and long texts are digests. */
function comparable(value: unknown): unknown {
  if (typeof value === 'string' && value.length >= LONG_TEXT)
    return new Digest(createHash('sha256').update(value).digest('hex'));
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (value instanceof Map)
    return new Map([...value].map(([key, entry]) => [comparable(key), comparable(entry)]));
  if (typeof value !== 'object' || value === null || value instanceof Digest) return value;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  return { members: Object.entries(value).map(([name, member]) => [name, comparable(member)]) };
}

interface Tagged {
  readonly $?: string;
  readonly base64?: string;
  readonly digits?: string;
  readonly name?: string;
  readonly sha256?: string;
  readonly entries?: unknown;
}

/** The value that JSON with tags describes. */
function revived(expected: unknown): unknown {
  if (Array.isArray(expected)) return expected.map(revived);
  if (typeof expected !== 'object' || expected === null) return expected;
  const tagged: Tagged = expected;
  switch (tagged.$) {
    case 'bytes':
      return new Uint8Array(Buffer.from(tagged.base64 ?? '', 'base64'));
    case 'bigint':
      return BigInt(tagged.digits ?? '');
    case 'number':
      return Number(tagged.name);
    case 'digest':
      return new Digest(tagged.sha256 ?? '');
    case 'map':
      return new Map(
        (tagged.entries as [unknown, unknown][]).map(([key, value]) => [revived(key), revived(value)]),
      );
    case 'dict':
      return revived(tagged.entries);
    default:
      return revivedMembers(expected);
  }
}

function revivedMembers(expected: object): unknown {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(expected)) {
    Object.defineProperty(members, name, {
      value: revived(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return members;
}
