import { type ClientOptions, type Compressor, createClient, type MemcachedClient } from '@mc/core';
import { expectsMemcached, healthyScript, type ScriptedServer, valueFor } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { memoryTransport } from '@mc/transport-memory';
import { describe, expect, it } from 'vitest';
import { keyOn, keysOn, namesOf } from './fleet-keys.js';
import { openClient, outcome, SOON_MS, startReal, startScripted } from './open-client.js';

const DOWN_AT_ONCE: Partial<ClientOptions> = { failureLimit: 1, retryTimeoutMs: 60_000, retries: 0 };

/** Two servers, one of them down, and a gutter of one. */
async function openWithGutter(options: Partial<ClientOptions> = {}, maxTtl?: number) {
  const [up, gutter] = await Promise.all([startScripted(healthyScript), startScripted(healthyScript)]);
  const dead = await startScripted(() => {});
  await dead.refuse();
  const client = openClient([up.address, dead.address], {
    ...DOWN_AT_ONCE,
    gutter: { servers: gutter.address, ...(maxTtl === undefined ? {} : { maxTtl }) },
    ...options,
  });
  const key = keyOn(client, dead.name);
  await rejection(client.get(key), 'MC_CONNECT_FAILED');
  return { client, up, dead, gutter, key };
}

/** The request lines that a server received. */
const linesOf = ({ received }: ScriptedServer): string[] =>
  received.split('\r\n').filter((line) => /^[a-z_]+ /.test(line));

describe('a gutter', () => {
  it('takes the keys of a server that is down, and no others', async () => {
    const { client, up, gutter, key } = await openWithGutter();
    const other = keyOn(client, up.name);
    expect(await client.get(key)).toBe(valueFor(key));
    expect(await client.get(other)).toBe(valueFor(other));
    expect(linesOf(gutter)).toStrictEqual([`get ${key}`]);
    expect(linesOf(up)).toStrictEqual([`get ${other}`]);
  });

  it('takes the part of a batch that is its', async () => {
    const { client, up, dead, gutter } = await openWithGutter();
    const theirs = keysOn(client, dead.name, 3);
    const others = keysOn(client, up.name, 3);
    const keys = [...theirs, ...others].sort();
    expect((await client.getMulti(keys)).size).toBe(6);
    expect(await client.setMulti(keys.map((key) => [key, 'v'] as const))).toStrictEqual([]);
    const keysIn = (server: ScriptedServer) =>
      linesOf(server)
        .flatMap((line) => line.split(' '))
        .filter((word) => keys.includes(word))
        .sort();
    expect(keysIn(gutter)).toStrictEqual([...theirs, ...theirs].sort());
    expect(keysIn(up)).toStrictEqual([...others, ...others].sort());
  });

  it('is no use before the server is marked down: a first failure rejects', async () => {
    const { client, gutter, key } = await openWithGutter({ failureLimit: 2 });
    await rejection(client.get(key), 'MC_CONNECT_FAILED');
    expect(gutter.connections.length).toBe(0);
    expect(client.servers().map(({ state }) => state)).toStrictEqual(['idle', 'failing', 'idle']);
  });

  it('that is down too leaves the error of the server itself, at once', async () => {
    const { client, dead, gutter, key } = await openWithGutter();
    await gutter.close();
    await expect.poll(() => outcome(client.get(key)), { interval: 5 }).toBe('MC_SERVER_DOWN');
    const started = performance.now();
    const errors = await Promise.all(
      Array.from({ length: 20 }, () => rejection(client.get(key), 'MC_SERVER_DOWN')),
    );
    expect(new Set(errors.map(({ server }) => server))).toStrictEqual(new Set([dead.name]));
    expect(performance.now() - started).toBeLessThan(SOON_MS);
    expect(client.servers().map(({ state, isGutter }) => [state, isGutter])).toStrictEqual([
      ['idle', false],
      ['down', false],
      ['down', true],
    ]);
  });

  it('is asked by operations on every server, and is no server of any key', async () => {
    const { client, up, dead, gutter } = await openWithGutter();
    const error = (await rejection(client.version(), 'MC_PARTIAL_FAILURE')) as unknown as {
      result: Map<string, string>;
    };
    expect([...error.result.keys()].sort()).toStrictEqual([up.name, gutter.name].sort());
    expect(keysOn(client, dead.name, 5).length).toBe(5);
    const owners = Array.from({ length: 500 }, (_, at) => client.serverFor(`key-${at}`).name);
    expect(owners).not.toContain(gutter.name);
  });
});

describe('what is written into a gutter', () => {
  const HOUR = 3600;
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  /** The exptime of the one request of a verb that the gutter got. */
  const exptimeOf = (gutter: ScriptedServer, verb: string): number => {
    const lines = linesOf(gutter).filter((line) => line.startsWith(`${verb} `));
    expect(lines.length).toBe(1);
    const words = (lines[0] ?? '').split(' ');
    return Number(verb === 'gat' ? words[1] : verb === 'touch' ? words[2] : words[3]);
  };

  const TTLS: ReadonlyArray<readonly [name: string, ttl: () => number | Date, sent: number]> = [
    ['0', () => 0, 10],
    ['nothing', () => undefined as never, 10],
    ['3', () => 3, 3],
    ['0.5', () => 0.5, 1],
    ['10', () => 10, 10],
    ['11', () => 11, 10],
    ['an hour', () => HOUR, 10],
    ['100 days, which is sent as a time', () => 100 * 24 * HOUR, 10],
    ['a Date in an hour', () => new Date(Date.now() + HOUR * 1000), 10],
    ['a Date that has passed', () => new Date(Date.now() - 1000), -1],
    ['-1', () => -1, -1],
  ];

  for (const [name, ttl, sent] of TTLS) {
    it(`lives ten seconds at most: ttl ${name} is sent as ${sent}`, async () => {
      const { client, gutter, key } = await openWithGutter();
      expect(await client.set(key, 'v', { ttl: ttl() })).toBe(true);
      expect(exptimeOf(gutter, 'set')).toBe(sent);
      if (name === 'nothing') return;
      expect(await client.touch(key, ttl())).toBe(true);
      expect(await client.getAndTouch(key, ttl())).toBe(valueFor(key));
      expect([exptimeOf(gutter, 'touch'), exptimeOf(gutter, 'gat')]).toStrictEqual([sent, sent]);
    });
  }

  it('keeps an earlier time of its own', async () => {
    const { client, gutter, key } = await openWithGutter();
    const end = new Date((nowSeconds() + 9) * 1000);
    await client.set(key, 'v', { ttl: end });
    expect(exptimeOf(gutter, 'set')).toBe(end.getTime() / 1000);
  });

  it('lives as long as maxTtl says, by every operation that stores', async () => {
    const { client, gutter, key } = await openWithGutter({}, 60);
    await client.replace(key, 'v', { ttl: HOUR });
    await client.set(key, 'v', { ttl: 59 });
    expect(['replace', 'set'].map((verb) => exptimeOf(gutter, verb))).toStrictEqual([60, 59]);
    await client.setMulti({ [key]: 'v' }, { ttl: HOUR });
    expect(linesOf(gutter).at(-1)).toMatch(new RegExp(`^set ${key} \\d+ 60 `));
  });

  it('is limited there alone: the same batch keeps its ttl elsewhere', async () => {
    const { client, up, dead, gutter } = await openWithGutter();
    const keys = [keyOn(client, dead.name), keyOn(client, up.name)];
    await client.setMulti(
      keys.map((key) => [key, 'v'] as const),
      { ttl: HOUR },
    );
    expect([exptimeOf(gutter, 'set'), exptimeOf(up, 'set')]).toStrictEqual([10, HOUR]);
    await client.delete(keys[0] ?? '');
    expect(linesOf(gutter).at(-1)).toBe(`delete ${keys[0]}`);
  });

  it('is flushed with the others, with the delay as it is', async () => {
    const { client, up, gutter } = await openWithGutter();
    await rejection(client.flushAll(HOUR), 'MC_PARTIAL_FAILURE');
    await rejection(client.flushAll(), 'MC_PARTIAL_FAILURE');
    expect(linesOf(gutter)).toStrictEqual(linesOf(up));
    expect(gutter.received).toMatch(new RegExp(`^flush_all ${HOUR}\r\nflush_all( 0)?\r\n$`));
  });

  it('may have been compressed before its server went down', async () => {
    const waiting: Array<() => void> = [];
    const compressor: Compressor = {
      name: 'gated',
      id: 7,
      compress: async (data) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return data;
      },
      decompress: (data) => data,
    };
    const gutter = await startScripted(healthyScript);
    const server = await startScripted(async (connection) => {
      await connection.request();
      connection.end();
    });
    const client = openClient(server.address, {
      ...DOWN_AT_ONCE,
      gutter: { servers: gutter.address },
      compressor,
      minCompressLen: 1,
      timeoutMs: 20_000,
    });
    const call = client.set('k', 'v');
    await rejection(client.get('other'), 'MC_CONNECTION_LOST');
    expect(client.servers()[0]?.state).toBe('down');
    for (const release of waiting) release();
    expect(await call).toBe(true);
    expect(exptimeOf(gutter, 'set')).toBe(10);
  });
});

describe('a gutter that cannot be', () => {
  const WRONG: Readonly<Record<string, Partial<ClientOptions>>> = {
    'a server of the list': { gutter: { servers: ['other', 'host:11211'] } },
    'named twice': { gutter: { servers: ['other', 'other'] } },
    'no server': { gutter: { servers: [] } },
    'a text': { gutter: 'other' as never },
    null: { gutter: null as never },
    'maxTtl 0': { gutter: { servers: 'other', maxTtl: 0 } },
    'maxTtl 1.5': { gutter: { servers: 'other', maxTtl: 1.5 } },
    'maxTtl over 30 days': { gutter: { servers: 'other', maxTtl: 2_592_001 } },
    'weight 0': { gutter: { servers: 'other:11211:0' } },
  };
  for (const [name, options] of Object.entries(WRONG)) {
    it(`is refused: ${name}`, () => {
      const open = () => createClient({ servers: ['host'], transport: memoryTransport(), ...options });
      expect(open).toThrow(expect.objectContaining({ code: 'MC_CONFIGURATION' }));
    });
  }

  it('is refused in a list given later, which changes nothing', async () => {
    const client = openClient(['a', 'b'] as never, {
      transport: memoryTransport(),
      gutter: { servers: ['g', 'h'] },
    });
    await rejection(client.addServer('g:11211'), 'MC_CONFIGURATION');
    await rejection(client.setServers(['c', 'h']), 'MC_CONFIGURATION');
    expect(await client.removeServer('g')).toBe(false);
    expect(namesOf(client)).toStrictEqual(['a:11211', 'b:11211', 'g:11211', 'h:11211']);
    expect(client.servers().map(({ isGutter }) => isGutter)).toStrictEqual([false, false, true, true]);
    expect([...(await client.version()).keys()]).toStrictEqual(namesOf(client));
  });

  it('is kept by a clone', async () => {
    const client = openClient(['a'] as never, { transport: memoryTransport(), gutter: { servers: 'g' } });
    await client.addServer('b');
    const copy = client.clone();
    expect(namesOf(copy)).toStrictEqual(['a:11211', 'b:11211', 'g:11211']);
    await copy.close();
  });
});

if (expectsMemcached()) {
  describe('a real memcached that dies, with a gutter', () => {
    async function openReal() {
      const servers = await Promise.all([startReal(), startReal(), startReal()]);
      const [a, b, gutter] = servers;
      const client = openClient([a.address, b.address], {
        failureLimit: 1,
        retryTimeoutMs: 100,
        gutter: { servers: gutter.address, maxTtl: 5 },
      });
      const states: string[] = [];
      for (const event of ['down', 'up'] as const)
        client.on(event, ({ server }) => states.push(`${event} ${server}`));
      return { client, a, b, gutter, states };
    }

    const getsOf = async (client: MemcachedClient, name: string) =>
      Number((await client.stats()).get(name)?.get('cmd_get'));

    it('has its keys served by the gutter for a while, and by itself when it is back', async () => {
      const { client, a, b, gutter, states } = await openReal();
      const [key = '', counter = ''] = keysOn(client, b.name, 2);
      const other = keyOn(client, a.name);
      await client.setMulti({ [key]: 'old', [counter]: 1, [other]: 'there' }, { ttl: 600 });
      await b.kill();
      await expect.poll(() => outcome(client.get(key)), { interval: 5 }).toBeUndefined();
      expect(await client.set(key, 'meanwhile', { ttl: 600 })).toBe(true);
      await rejection(client.add(counter, 5), 'MC_SERVER_DOWN');
      await rejection(client.incr(counter), 'MC_SERVER_DOWN');
      expect(await client.set(counter, 6)).toBe(true);
      expect(await client.getMulti([key, counter, other])).toStrictEqual(
        new Map<string, unknown>([
          [key, 'meanwhile'],
          [counter, 6],
          [other, 'there'],
        ]),
      );
      // memcached counts whole seconds: what has a ttl of five is there for four at least, and gone after six.
      await expect.poll(() => client.get(key), { interval: 50 }).toBeUndefined();
      await b.restart();
      await expect.poll(() => states).toStrictEqual([`down ${b.name}`, `up ${b.name}`]);
      expect(await client.set(key, 'new')).toBe(true);
      const before = await getsOf(client, gutter.name);
      expect(await client.getMulti([key, counter, other])).toStrictEqual(
        new Map([
          [key, 'new'],
          [other, 'there'],
        ]),
      );
      expect(await getsOf(client, gutter.name)).toBe(before);
    });
  });
}
