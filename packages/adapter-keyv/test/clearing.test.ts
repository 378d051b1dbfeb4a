import { type Codec, createClient, type MemcachedClient } from '@mc/memcached';
import { expectsMemcached } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { Keyv } from 'keyv';
import { describe, expect, it } from 'vitest';
import { recordingTransport } from '../../../test/recording-transport.js';
import { type KeyvMemcached, memcachedStore } from '../src/index.js';
import { closedWithTest, embeddedClient, realClient, realServer } from './open-store.js';

/** Two clients of one server, as two processes have them. */
type Pair = () => Promise<readonly [MemcachedClient, MemcachedClient]>;

function clearingTests(pair: Pair): void {
  it('clears its own namespace and no other', async () => {
    const [client] = await pair();
    const one = new Keyv({ store: memcachedStore(client), namespace: 'one' });
    const other = new Keyv({ store: memcachedStore(client), namespace: 'other' });
    const inner = new Keyv({ store: memcachedStore(client), namespace: 'one:inner' });
    await client.set('foreign', 'item');
    for (const keyv of [one, other, inner]) await keyv.set('key', 'value');
    await one.clear();
    expect(await Promise.all([one, other, inner].map((keyv) => keyv.get('key')))).toEqual([
      undefined,
      'value',
      'value',
    ]);
    expect(await client.get('foreign')).toBe('item');
    expect(await one.delete('key')).toBe(false);
    expect(await one.has('key')).toBe(false);
    await one.set('key', 'new');
    expect(await one.get('key')).toBe('new');
  });

  it('a write that finds its generation gone undoes no later call on its key', async () => {
    const [here, there] = await pair();
    const theirs = memcachedStore(there);
    for (let round = 0; round < 20; round += 1) {
      await theirs.set(`late:o${round}`, 'there is a generation');
      // A process that knows none yet, and one that knows an old one.
      for (const mine of [memcachedStore(here), memcachedStore(here)]) {
        const key = `late:${round}`;
        const writing = mine.set(key, 'first');
        await mine.delete(key);
        await writing;
        expect(await mine.get(key)).toBeUndefined();
        await theirs.clear('late');
        const first = mine.set(key, 'first');
        const second = mine.set(key, { second: true });
        await Promise.all([first, second]);
        expect(await mine.get(key)).toEqual({ second: true });
        expect(await theirs.get(key)).toEqual({ second: true });
      }
    }
  });

  it('a write that finds its generation gone is there all the same, whatever the codec makes of its value', async () => {
    const [here, there] = await pair();
    let salt = 0;
    // Never the same bytes twice, and not the same value: neither can be compared with what is stored.
    const salted: Codec = {
      name: 'salted',
      id: 7,
      encode: (value) => {
        salt += 1;
        return JSON.stringify([salt, value]);
      },
      decode: (data) => ({ read: (JSON.parse(Buffer.from(data).toString()) as unknown[])[1] }),
    };
    const theirs = memcachedStore(there);
    for (let round = 0; round < 5; round += 1) {
      await theirs.set(`salted:o${round}`, 'there is a generation');
      const mine = memcachedStore(here.with({ codec: salted }));
      const entries = ['a', 'b', 'c'].map((name) => ({ key: `salted:${name}${round}`, value: { name } }));
      expect(await mine.setMany(entries)).toEqual([true, true, true]);
      expect(await mine.hasMany(entries.map(({ key }) => key))).toEqual([true, true, true]);
      await theirs.clear('salted');
      expect(await mine.set(`salted:${round}`, [Number.NEGATIVE_INFINITY, -0, 'x'].slice(1))).toBe(true);
      expect(await mine.get(`salted:${round}`)).toMatchObject({ read: expect.anything() });
    }
  });

  it('a write that finds its generation gone leaves alone what somebody else has put there', async () => {
    const [here, there] = await pair();
    const mine = memcachedStore(here, { namespace: 'mv' });
    const theirs = memcachedStore(there, { namespace: 'mv' });
    for (const foreign of [5, true, Buffer.from('bytes'), { a: 1 }, 'text', 'x'.repeat(40)]) {
      await mine.set('other', 1);
      await theirs.clear();
      const writing = mine.set('k', 'v');
      const putting = here.set('mv|k', foreign);
      expect(await writing).toBe(true);
      await putting;
      expect(await here.get('mv|k')).toEqual(foreign);
    }
  });

  it('a value that is changed during its write is stored as it was', async () => {
    const [here, there] = await pair();
    await memcachedStore(there).set('captured:o', 'there is a generation');
    const mine = memcachedStore(here);
    const object = { a: 1 };
    const bytes = Buffer.from('bytes');
    const writing = [mine.set('captured:object', object, 60_000), mine.set('captured:bytes', bytes, 60_000)];
    object.a = 2;
    bytes.fill(0);
    expect(await Promise.all(writing)).toEqual([true, true]);
    expect(await mine.getMany(['captured:object', 'captured:bytes'])).toEqual([
      { a: 1 },
      Buffer.from('bytes'),
    ]);
  });

  it('a write whose generation is replaced again and again is stored or cleared, and never refused', async () => {
    const [here, there] = await pair();
    const mine = memcachedStore(here, { namespace: 'again' });
    const theirs = memcachedStore(there, { namespace: 'again' });
    for (let round = 0; round < 50; round += 1) {
      const clearing = [theirs.clear(), theirs.clear()];
      const writing = mine.set('key', round);
      clearing.push(theirs.clear());
      expect(await writing).toBe(true);
      await Promise.all(clearing);
      expect([round, undefined]).toContain(await mine.get('key'));
    }
  });

  it('a process that is new reads what it has just written, without waiting for it', async () => {
    const [here, there] = await pair();
    await memcachedStore(there).set('n:other', 'there is a generation');
    const read = [
      (store: KeyvMemcached) => store.get('n:key'),
      async (store: KeyvMemcached) => (await store.getMany(['n:none', 'n:key']))[1],
      async (store: KeyvMemcached) => ((await store.has('n:key')) ? 'new' : undefined),
    ];
    for (const readFrom of read) {
      const fresh = memcachedStore(here);
      const stored = [fresh.set('n:key', 'old'), fresh.set('n:key', 'new')];
      expect(await readFrom(fresh)).toBe('new');
      expect(await Promise.all(stored)).toEqual([true, true]);
      expect(await fresh.get('n:key')).toBe('new');
    }
  });

  it('is seen by other processes at once, in both directions', async () => {
    const [here, there] = await pair();
    const mine = new Keyv({ store: memcachedStore(here), namespace: 'n' });
    const theirs = new Keyv({ store: memcachedStore(there), namespace: 'n' });
    for (let round = 0; round < 20; round += 1) {
      await mine.set('key', round);
      expect(await theirs.get('key')).toBe(round);
      await theirs.clear();
      expect(await mine.get('key')).toBeUndefined();
      // What is known of the generation is out of date: the write has to find out.
      expect(await mine.set('key', 'again')).toBe(true);
      expect(await theirs.get('key')).toBe('again');
      await mine.clear();
      expect(await theirs.getMany(['key', 'other'])).toEqual([undefined, undefined]);
      expect(await theirs.set('key', 1)).toBe(true);
      expect(await mine.has('key')).toBe(true);
    }
  });

  it('two processes that begin at once agree on one generation', async () => {
    const [here, there] = await pair();
    for (let round = 0; round < 20; round += 1) {
      const stores = [here, there, here, there].map((client) =>
        memcachedStore(client, { namespace: `n${round}` }),
      );
      const writes = stores.flatMap((store, at) => [store.set(`${at}`, at), store.set(`${at}+`, at)]);
      expect(await Promise.all(writes)).toEqual(Array(8).fill(true));
      for (const store of stores) {
        expect(await store.getMany(['0', '0+', '1', '1+', '2', '2+', '3', '3+'])).toEqual([
          0, 0, 1, 1, 2, 2, 3, 3,
        ]);
      }
    }
  });

  it('what was cleared does not come back when the generation is evicted', async () => {
    const [here, there] = await pair();
    const mine = memcachedStore(here, { namespace: 'n' });
    const theirs = memcachedStore(there, { namespace: 'n' });
    await mine.set('old', 1);
    await theirs.get('old');
    await mine.clear();
    for (let round = 0; round < 5; round += 1) {
      expect(await here.delete('n@generation')).toBe(true);
      expect(await mine.get('old')).toBeUndefined();
      // The other one still remembers the first generation, and must not put it there.
      expect(await theirs.set('new', round)).toBe(true);
      expect(await mine.getMany(['old', 'new'])).toEqual([undefined, round]);
    }
  });

  it('a write that was not awaited before a clear is cleared', async () => {
    const [here, there] = await pair();
    const mine = memcachedStore(here, { namespace: 'n' });
    const theirs = memcachedStore(there, { namespace: 'n' });
    await mine.set('key', 0);
    await theirs.clear();
    const writing = mine.set('key', 1);
    await mine.clear();
    expect(await writing).toBe(true);
    expect(await mine.get('key')).toBeUndefined();
  });
}

describe('clear() on the embedded server', () => {
  clearingTests(async () => {
    const transport = memoryTransport();
    return [embeddedClient({ transport }), embeddedClient({ transport })];
  });

  it('takes one round trip, and so does every read and every write', async () => {
    const transport = recordingTransport(memoryTransport());
    const client = closedWithTest(createClient({ transport }));
    const store = memcachedStore(client, { namespace: 'n' });
    await store.set('key', 1);
    const calls: ReadonlyArray<() => Promise<unknown>> = [
      () => store.get('key'),
      () => store.getMany(['key', 'x', 'y']),
      () => store.hasMany(['key', 'x', 'y']),
      () => store.set('key', 2),
      () => store.setMany([{ key: 'key', value: 2 }]),
      () => store.delete('key'),
      () => store.clear(),
      // Nothing is known of the namespace yet.
      () => memcachedStore(client, { namespace: 'fresh' }).set('key', 1),
    ];
    for (const call of calls) {
      transport.record.length = 0;
      await call();
      expect(transport.record.join(' '), String(call)).toMatch(/^w+( w)*( d)+$/);
    }
  });

  it('asks for the generation once, however many calls a turn of the event loop makes', async () => {
    const transport = recordingTransport(memoryTransport());
    const store = memcachedStore(closedWithTest(createClient({ transport })), { namespace: 'n' });
    await store.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
    ]);
    transport.sent.length = 0;
    await Promise.all([store.get('a'), store.get('b'), store.getMany(['a', 'b', 'c'])]);
    expect(transport.sent.join('')).toBe('get n@generation n|a n|b n|a n|b n|c\r\n');
  });

  it('flushes all only where it is asked for, and rejects where it is told so', async () => {
    const client = embeddedClient();
    await client.set('foreign', 'item');
    const refusing = memcachedStore(client, { clear: 'error' });
    await refusing.set('key', 1);
    expect((await rejection(refusing.clear())).message).toContain("clear: 'error'");
    expect(await refusing.get('key')).toBe(1);
    const flushing = memcachedStore(client, { clear: 'flush' });
    expect(await flushing.get('key')).toBe(1);
    await flushing.clear();
    expect(await client.get('foreign')).toBeUndefined();
    expect(await flushing.get('key')).toBeUndefined();
  });

  it('is refused where several namespaces share a store, since Keyv does not say which it means', async () => {
    const store = memcachedStore(embeddedClient());
    const one = new Keyv({ store, namespace: 'one', throwOnErrors: true });
    const other = new Keyv({ store, namespace: 'other' });
    await one.set('key', 1);
    await other.set('key', 2);
    expect(await one.get('key')).toBe(1);
    expect(await other.get('key')).toBe(2);
    expect(await rejection(one.clear())).toMatchObject({ code: 'MC_CONFIGURATION' });
    expect([await one.get('key'), await other.get('key')]).toEqual([1, 2]);
    await store.clear('one');
    expect([await one.get('key'), await other.get('key')]).toEqual([undefined, 2]);
  });
});

if (expectsMemcached()) {
  describe('clear() on memcached', () => {
    clearingTests(async () => {
      const { address } = await realServer();
      return [realClient(address), realClient(address)];
    });

    it('does not bring values back when the generation is really evicted', async () => {
      const { address } = await realServer(['-m', '2', '-o', 'no_lru_maintainer']);
      const client = realClient(address);
      const store = memcachedStore(client, { namespace: 'n' });
      await store.set('old', 'x'.repeat(400_000));
      await store.clear();
      for (let at = 0; at < 40_000 && (await client.get('n@generation')) !== undefined; at += 500) {
        const entries = Array.from(
          { length: 500 },
          (_, more) => [`fill-${at + more}`, 'x'.repeat(20)] as const,
        );
        await client.setMulti(entries);
      }
      expect(await store.get('old')).toBeUndefined();
      expect(await store.set('new', 1)).toBe(true);
      expect(await store.getMany(['old', 'new'])).toEqual([undefined, 1]);
    });
  });
}
