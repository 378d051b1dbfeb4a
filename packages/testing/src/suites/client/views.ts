import type { Codec } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTests } from '../client-context.js';
import { rejection } from '../rejection.js';

/** Writes everything as upper-case text; shows whose codec was used. */
const SHOUTING: Codec = {
  name: 'shouting',
  id: 7,
  encode: (value) => JSON.stringify(value).toUpperCase(),
  decode: (data) => `${Buffer.from(data).toString('utf8')}!`,
};

/** with(), clone(), asMap(). */
export const viewTests: ClientTests = {
  'with() replaces the prefix and keeps the connections': async ({ client, faults, key, open }) => {
    const outer = open({ keyPrefix: `${key()}:outer:` });
    await outer.set('k', 'outer');
    const links = faults.openLinks;
    const view = outer.with({ keyPrefix: `${key()}:inner:` });
    await view.set('k', 'inner');
    expect(await client.get(`${key()}:inner:k`)).toBe('inner');
    expect(await outer.get('k')).toBe('outer');
    expect(await outer.with({}).get('k')).toBe('outer');
    await view.getMulti(Array.from({ length: 50 }, (_, index) => `k${index}`));
    expect(faults.openLinks).toBeLessThanOrEqual(links + 2);
  },
  'with() replaces the codec, and an item of another codec is no miss': async ({ client, key }) => {
    const view = client.with({ codec: SHOUTING });
    await view.set(key(), { a: 1 });
    expect(await view.get(key())).toBe('{"A":1}!');
    await rejection(client.get(key()), 'MC_DECODE');
    const both = client.with({ readCodecs: [SHOUTING] });
    expect(await both.get(key())).toBe('{"A":1}!');
    await client.set(key(), { a: 1 });
    expect(await both.get(key())).toStrictEqual({ a: 1 });
  },
  'with() makes a codec around the one that the client has': async ({ client, key }) => {
    const around = (own: Codec | undefined): Codec => ({
      name: 'around',
      id: 7,
      encode: (value) => `<${String(own?.encode(value))}`,
      decode: (data) => own?.decode(data.subarray(1)),
    });
    const view = client.with({ wrapCodec: around });
    await view.set(key(), { a: 1 });
    expect(view.serialize({ a: 1 }).flags).toBe(7 << 5);
    expect(await view.get(key())).toStrictEqual({ a: 1 });
    const further = view.with({ wrapCodec: (own) => ({ ...(own as Codec), id: 6 }) });
    expect(further.serialize({ a: 1 }).data).toStrictEqual(view.serialize({ a: 1 }).data);
    expect(await further.get(key())).toStrictEqual({ a: 1 });
    for (const wrong of [
      { wrapCodec: 'x' },
      { wrapCodec: () => undefined },
      { wrapCodec: () => null },
      { codec: SHOUTING, wrapCodec: around },
      { codec: around },
    ]) {
      expect(() => client.with(wrong as never)).toThrow(
        expect.objectContaining({ code: 'MC_CONFIGURATION' }),
      );
    }
  },
  'closing a view closes only the view': async ({ client, key }) => {
    const view = client.with({ keyPrefix: key() });
    await view.set('k', 'v');
    await view.close();
    await rejection(view.get('k'), 'MC_CLOSED');
    expect(await client.get(`${key()}k`)).toBe('v');
  },
  'a view ends with the client it was taken from': async ({ open, key }) => {
    const client = open();
    const view = client.with({ keyPrefix: key() });
    await client.close();
    await rejection(view.get('k'), 'MC_CLOSED');
  },
  'clone() has the same configuration and its own connections': async ({ client, faults, key, open }) => {
    const original = open({ keyPrefix: `${key()}:` });
    await original.set('k', 'v');
    const links = faults.openLinks;
    await using copy = original.clone();
    expect(await copy.get('k')).toBe('v');
    expect(faults.openLinks).toBe(links + 1);
    expect(copy.serverFor('k')).toStrictEqual(original.serverFor('k'));
    await original.close();
    expect(await copy.set('k', 'w')).toBe(true);
    expect(await client.get(`${key()}:k`)).toBe('w');
  },
  'clone() of a view keeps what the view changed': async ({ client, key }) => {
    await using copy = client.with({ keyPrefix: `${key()}:` }).clone();
    await copy.set('k', 'v');
    expect(await client.get(`${key()}:k`)).toBe('v');
  },
  'asMap() gets, sets, deletes and asks': async ({ client, key }) => {
    const map = client.asMap<string>();
    expect(await map.get(key())).toBeUndefined();
    expect(await map.has(key())).toBe(false);
    expect(await map.set(key(), 'v')).toBeUndefined();
    expect(await map.has(key())).toBe(true);
    expect(await map.get(key())).toBe('v');
    expect(await client.get(key())).toBe('v');
    expect(await map.delete(key())).toBe(true);
    expect(await map.delete(key())).toBe(false);
    await rejection(map.get('bad key'), 'MC_INVALID_KEY');
    await rejection(map.set(key(), new Uint8Array(2 ** 21) as never), 'MC_VALUE_TOO_LARGE');
  },
  'asMap().has() decodes nothing': async ({ client, raw, key }) => {
    await raw.set(key(), { data: 'x', flags: 6 << 5 });
    expect(await client.asMap().has(key())).toBe(true);
    await rejection(client.asMap().get(key()), 'MC_DECODE');
  },
};
