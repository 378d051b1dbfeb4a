import { createClient, type MemcachedClient } from '@mc/memcached';
import { faultyTransport } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { StoredGeneration } from '../src/generation.js';
import { createKeyv, memcachedStore } from '../src/index.js';
import { heldTransport } from './held-transport.js';
import { embeddedClient } from './open-store.js';

/** Two stores of one server and one namespace, as two processes have them; the writes of one can be held back. */
async function twoProcesses() {
  const transport = memoryTransport();
  const held = heldTransport(transport);
  const client = embeddedClient({ transport: held });
  const ours = memcachedStore(embeddedClient({ transport }), { namespace: 'n' });
  const theirs = memcachedStore(client, { namespace: 'n' });
  await ours.set('key', 'at first');
  await theirs.get('key');
  return { transport, held, client, ours, theirs };
}

describe('a write that learns late that its namespace was cleared', () => {
  it.each([
    ['text', 'ours'],
    ['an object', { our: 'value' }],
  ])('does not bring back what was cleared: %s', async (_, value) => {
    const { held, ours, theirs } = await twoProcesses();
    held.hold('get n@generation');
    const late = theirs.set('key', 'theirs');
    await expect.poll(() => ours.get('key')).toBe('theirs');
    expect(await ours.set('key', value)).toBe(true);
    await ours.clear();
    held.release();
    expect(await late).toBe(true);
    expect(await ours.get('key')).toBeUndefined();
    expect(await theirs.get('key')).toBeUndefined();
  });

  it('stays cleared where its own process has cleared it meanwhile', async () => {
    const { held, client, ours, theirs } = await twoProcesses();
    await client.delete('n@generation');
    held.hold('get n@generation');
    const late = theirs.set('key', 'theirs');
    const clearing = theirs.clear();
    await new Promise((resolve) => setTimeout(resolve, 5));
    held.release();
    expect(await late).toBe(true);
    await clearing;
    expect(await ours.get('key')).toBeUndefined();
    expect(await theirs.get('key')).toBeUndefined();
  });

  it('is moved where it is still there', async () => {
    const { held, ours, theirs } = await twoProcesses();
    held.hold('get n@generation');
    const late = theirs.set('key', { their: 'value' });
    await expect.poll(() => ours.get('key')).toEqual({ their: 'value' });
    await ours.clear();
    held.release();
    expect(await late).toBe(true);
    expect(await ours.get('key')).toEqual({ their: 'value' });
  });
});

describe('a clear() that its server does not take', () => {
  const servers = ['a', 'b', 'c'].map((host) => ({ host }));

  it('leaves the writes before it as they would be without it', async () => {
    const transport = faultyTransport(memoryTransport());
    const ours = memcachedStore(embeddedClient({ transport, servers }), { namespace: 'n' });
    await ours.set('key', 'there is a generation');
    const client = embeddedClient({ transport, servers, timeoutMs: 5000, retryTimeoutMs: 20 });
    const theirs = memcachedStore(client, { namespace: 'n' });
    const home = client.serverFor('n@generation').name;
    const key = Array.from({ length: 30 }, (_, at) => `key-${at}`).find(
      (name) => client.serverFor(`n|${name}`).name !== home,
    ) as string;
    transport.refuse(home);
    const [stored, cleared] = await Promise.allSettled([theirs.set(key, 1), theirs.clear()]);
    expect(stored).toEqual({ status: 'fulfilled', value: false });
    expect(cleared.status).toBe('rejected');
    transport.accept(home);
    await expect.poll(() => theirs.set(key, 2)).toBe(true);
    expect(await theirs.get(key)).toBe(2);
  });

  it('rejects, though a gutter would take it: the old generation comes back with its server', async () => {
    const transport = faultyTransport(memoryTransport());
    const gutter = { servers: 'gutter' };
    const options = { transport, servers: 'home', gutter, failureLimit: 1, retryTimeoutMs: 20, retries: 0 };
    const client = embeddedClient(options);
    const store = memcachedStore(client, { namespace: 'n' });
    await store.set('key', 'old');
    transport.refuse('home:11211');
    transport.cut('home:11211');
    await expect.poll(() => client.get('other').catch(() => 'failed')).toBeUndefined();
    const error = await rejection(store.clear(), 'MC_SERVER_DOWN');
    expect(error.server).toBe('home:11211');
    transport.accept('home:11211');
    await expect.poll(() => store.get('key')).toBe('old');
    await store.clear();
    expect(await store.get('key')).toBeUndefined();
  });
});

describe('renewals of a generation', () => {
  it('count where one of them took effect, whatever became of the others', async () => {
    const answers = [true, new Error('lost'), false];
    const set = async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer === true;
    };
    const client = { servers: () => [], set } as unknown as MemcachedClient<string>;
    const generation = new StoredGeneration(client, 'n@generation');
    const renewing = [generation.renew(), generation.renew(), generation.renew()];
    expect(await Promise.all([0, 1, 2].map((since) => generation.hasRenewed(since)))).toEqual([
      true,
      false,
      false,
    ]);
    expect((await Promise.allSettled(renewing)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
  });
});

describe('disconnect()', () => {
  it('waits for writes of a process that does not know the generation yet', async () => {
    const transport = memoryTransport();
    const ours = createKeyv(embeddedClient({ transport }), { namespace: 'n' });
    await ours.set('first', 1);
    const theirs = createKeyv({ transport }, { namespace: 'n' });
    const writes = Array.from({ length: 300 }, (_, at) => theirs.set(`key-${at}`, at));
    await theirs.disconnect();
    expect(await Promise.all(writes)).toEqual(writes.map(() => true));
    expect(await ours.get('key-0')).toBe(0);
    expect(await ours.get('key-299')).toBe(299);
  });

  it('waits for a batch that is sent in parts', async () => {
    const transport = memoryTransport();
    const store = memcachedStore({ transport, timeoutMs: 20_000 }, { namespace: 'n' });
    const entries = Array.from({ length: 20_000 }, (_, at) => ({ key: `key-${at}`, value: at }));
    const writing = store.setMany(entries);
    await store.disconnect();
    expect((await writing).filter((stored) => !stored)).toEqual([]);
    expect(await memcachedStore(embeddedClient({ transport }), { namespace: 'n' }).get('key-19999')).toBe(
      19_999,
    );
  });

  it('waits for reads of a process that does not know the generation yet', async () => {
    const transport = memoryTransport();
    await memcachedStore(embeddedClient({ transport }), { namespace: 'n' }).set('there', 1);
    const store = memcachedStore({ transport }, { namespace: 'n', onServerFailure: 'throw' });
    const calls = [store.set('a', 1), store.get('a'), store.getMany(['a', 'there']), store.has('a')];
    await store.disconnect();
    expect(await Promise.all(calls)).toEqual([true, 1, [1, 1], true]);
  });

  it('refuses every call after it, also those that are made while it waits', async () => {
    const transport = heldTransport(memoryTransport());
    const store = memcachedStore(createClient({ transport }), { onServerFailure: 'throw' });
    await store.set('key', 1);
    transport.hold('set |late');
    const late = store.set('late', 1);
    const ending = store.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await rejection(store.get('key'), 'MC_CLOSED');
    await rejection(store.set('key', 2), 'MC_CLOSED');
    transport.release();
    expect(await late).toBe(true);
    await ending;
  });
});

describe('calls behind a batch that is sent in parts', () => {
  const COUNT = 20_000;
  const entries = Array.from({ length: COUNT }, (_, at) => ({ key: `key-${at}`, value: at }));
  const keys = entries.map(({ key }) => key);
  const LAST = `key-${COUNT - 1}`;
  const open = () => memcachedStore(embeddedClient({ timeoutMs: 20_000 }), { namespace: 'n' });

  it('take effect behind it: set, delete, get, and another batch', async () => {
    const store = open();
    const writing = store.setMany(entries);
    const second = store.set(LAST, 'second');
    const third = store.get(LAST);
    const many = store.getMany(['key-0', LAST]);
    expect(await Promise.all([second, third, many])).toEqual([true, 'second', [0, 'second']]);
    expect((await writing).every(Boolean)).toBe(true);
    const again = store.setMany(entries);
    const gone = store.delete(LAST);
    const small = store.setMany([{ key: 'key-0', value: 'small' }]);
    await Promise.all([again, gone, small]);
    expect(await store.getMany(['key-0', 'key-1', LAST])).toEqual(['small', 1, undefined]);
  });

  it('take effect in their own order, whenever they are made', async () => {
    const store = open();
    for (let turns = 0; turns < 12; turns += 1) {
      const writing = store.setMany(entries.slice(0, 8200));
      const first = store.set('key-8199', 'first');
      await store.get('other');
      for (let at = 0; at < turns; at += 1) await null;
      await Promise.all([store.set('key-8199', 'second'), first, writing]);
      expect(await store.get('key-8199'), `${turns}`).toBe('second');
    }
  });

  it('take effect behind a deletion, and a clear() clears all of the batch', async () => {
    const store = open();
    await store.setMany(entries);
    const deleting = store.deleteMany(keys);
    const setting = store.set(LAST, 'new');
    await Promise.all([deleting, setting]);
    expect(await store.getMany(['key-0', LAST])).toEqual([undefined, 'new']);
    const writing = store.setMany(entries);
    const clearing = store.clear();
    await Promise.all([writing, clearing]);
    expect((await store.getMany(keys)).filter((value) => value !== undefined)).toEqual([]);
  });
});
