import { type ClientOptions, type MemcachedClient, ServerDownError } from '@mc/core';
import { expectsMemcached, faultyTransport } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { keyOn, keysOn } from './fleet-keys.js';
import { openClient, outcome, startReal } from './open-client.js';

/** What one server alone can do: its CAS ids, locks and counters are none of another's. */
const ALONE: ReadonlyArray<
  readonly [what: string, call: (client: MemcachedClient, key: string) => Promise<unknown>]
> = [
  ['cas', (client, key) => client.cas(key, 'mine', 1n)],
  ['add', (client, key) => client.add(key, 'lock')],
  ['incr', (client, key) => client.incr(key)],
  ['decr', (client, key) => client.decr(key)],
];
const ALONE_TOGETHER: typeof ALONE = [
  ['addMulti', (client, key) => client.addMulti({ [key]: 'lock' })],
  ['incrMulti', (client, key) => client.incrMulti([key])],
];

const OPTIONS: Partial<ClientOptions> = { failureLimit: 1, retryTimeoutMs: 60_000, retries: 0 };

/** Two embedded servers, one of them down, and a gutter that holds a number for the key. */
async function openWithGutter(options: Partial<ClientOptions> = {}) {
  const transport = faultyTransport(memoryTransport());
  const client = openClient(['up', 'dead'] as never, {
    ...OPTIONS,
    transport,
    gutter: { servers: 'gutter' },
    ...options,
  });
  transport.refuse('dead:11211');
  const key = keyOn(client, 'dead:11211');
  await outcome(client.get(key));
  expect(await client.set(key, 7)).toBe(true);
  return { client, key };
}

describe('what one server alone can do', () => {
  it.each(ALONE)('is not done by a gutter: %s', async (_what, call) => {
    for (const onServerFailure of ['throw', 'miss'] as const) {
      const { client, key } = await openWithGutter({ onServerFailure });
      const error = await rejection(call(client, key), 'MC_SERVER_DOWN');
      expect(error).toBeInstanceOf(ServerDownError);
      expect(error.server).toBe('dead:11211');
      expect(await client.get(key)).toBe(7);
    }
  });

  it.each(ALONE_TOGETHER)('is not done by a gutter: %s', async (_what, call) => {
    const { client, key } = await openWithGutter();
    const error = (await rejection(call(client, key), 'MC_PARTIAL_FAILURE')) as unknown as {
      errors: Map<string, Error>;
    };
    expect(error.errors.get(key)).toMatchObject({ code: 'MC_SERVER_DOWN', server: 'dead:11211' });
    expect(await client.get(key)).toBe(7);
  });
});

if (expectsMemcached()) {
  it('a CAS id of a real server that died loses no update in the gutter', async () => {
    const [main, gutter] = await Promise.all([startReal(), startReal()]);
    const client = openClient(main.address, { ...OPTIONS, gutter: { servers: gutter.address } });
    const [key = '', other = ''] = keysOn(client, main.name, 2);
    await client.set(other, 'x');
    await client.set(key, 'old');
    const read = await client.gets(key);
    await main.kill();
    await expect.poll(() => outcome(client.get(key)), { interval: 5 }).toBeUndefined();
    // As many writes as the dead server had: the ids are the same by chance.
    const writer = openClient(gutter.address);
    for (let write = 0; write < 10; write += 1) {
      await writer.set(key, `written ${write}`);
      if ((await writer.gets(key))?.cas === read?.cas) break;
    }
    expect((await writer.gets(key))?.cas).toBe(read?.cas);
    await rejection(client.cas(key, 'from the old value', read?.cas ?? 0n), 'MC_SERVER_DOWN');
    expect(await writer.get(key)).toMatch(/^written/);
  });
}
