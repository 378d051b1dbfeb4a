import { expectsMemcached, healthyScript } from '@mc/testing';
import { rejection, rejections } from '@mc/testing/suites';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startReal, startScripted } from './open-client.js';

if (expectsMemcached()) {
  describe('bugs known from other clients: what a caller hands in becomes a command', () => {
    it('B1: a key of few characters but many bytes never turns its value into a command', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      await client.set('witness', 'here');
      for (const key of ['é'.repeat(200), '世'.repeat(100), '🌍'.repeat(63), 'é'.repeat(126)]) {
        const calls = [
          client.set(key, 'flush_all'),
          client.add(key, 'flush_all'),
          client.append(key, 'flush_all'),
          client.cas(key, 'flush_all', 1n),
          client.setMulti({ [key]: 'flush_all' }),
        ];
        await rejections(calls, 'MC_INVALID_KEY');
      }
      expect(await client.set('é'.repeat(125), 'flush_all')).toBe(true);
      expect(await client.getMulti(['witness', 'é'.repeat(125)])).toStrictEqual(
        new Map([
          ['witness', 'here'],
          ['é'.repeat(125), 'flush_all'],
        ]),
      );
    });

    it('B2: no key and no argument can carry a line end to the server', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      await client.setMulti({ witness: 'here', ctr: 1 });
      const evil = '1\r\nflush_all\r\n';
      const calls = [
        client.get(`x${evil}`),
        client.getMulti(['a', `x${evil}`]),
        client.delete(`x ${evil}`),
        client.incr('ctr', evil as never),
        client.decr('ctr', evil as never),
        client.set('k', 'v', { ttl: evil as never }),
        client.touch('k', evil as never),
        client.getAndTouch('k', evil as never),
        client.cas('k', 'v', evil as never),
        client.flushAll(evil as never),
        client.stats(evil),
        client.getMulti(['a'], { keyPrefix: evil }),
      ];
      for (const code of await Promise.all(calls.map(outcome)))
        expect(code).toMatch(/^MC_INVALID_(KEY|ARGUMENT)$/);
      expect(await client.get('witness')).toBe('here');
      expect(await client.get('ctr')).toBe(1);
    });

    it('B14: dollar patterns in keys are no patterns', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      const keys = ['price$', 'price$$', 'a&b', 'a$&b', 'aa$&bb', "a$'b", 'a$`b', 'a$1b'];
      await Promise.all(keys.map((key) => client.set(key, `value of ${key}`)));
      expect(await Promise.all(keys.map((key) => client.get(key)))).toStrictEqual(
        keys.map((key) => `value of ${key}`),
      );
      expect(await client.getMulti(keys)).toStrictEqual(new Map(keys.map((key) => [key, `value of ${key}`])));
    });

    it('B15: a value with line ends in it, written by anyone, is read whole', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      const texts = [
        'a\r\nSTORED',
        'STORED\r\n',
        '\r\n',
        'x\r\nEND\r\n',
        'END',
        'VALUE k 0 1\r\nx\r\nEND\r\n',
        'a\r\nERROR\r\nb',
      ];
      for (const text of texts) {
        await client.set('k', text);
        expect(await client.get('k')).toBe(text);
        expect(await Promise.all([client.get('k'), client.get('none'), client.get('k')])).toStrictEqual([
          text,
          undefined,
          text,
        ]);
      }
    });

    it('B16: empty values, values that look like replies, and bytes with LF come back as they are', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      const values = [
        '',
        'END',
        'ERROR',
        'NOT_FOUND',
        'one\ntwo\nthree',
        'STAT a b',
        Uint8Array.of(10, 13, 10, 0, 255),
      ];
      await client.setMulti(values.map((value, index) => [`k${index}`, value] as const));
      const read = await client.getMulti(values.map((_, index) => `k${index}`));
      const plain = (value: unknown) => (value instanceof Uint8Array ? Uint8Array.from(value) : value);
      expect(values.map((_, index) => plain(read.get(`k${index}`)))).toStrictEqual(values);
    });

    it('B19: keys named like members of objects are plain keys', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      const keys = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
      expect(await Promise.all(keys.map((key) => client.get(key)))).toStrictEqual(keys.map(() => undefined));
      expect(await client.getMulti(keys)).toStrictEqual(new Map());
      await client.set('__proto__', { polluted: true });
      const found = await client.getMulti(['__proto__']);
      expect([...found]).toStrictEqual([['__proto__', { polluted: true }]]);
      expect('polluted' in {}).toBe(false);
      expect('polluted' in found).toBe(false);
      expect(await client.setMulti(JSON.parse('{"__proto__":1,"constructor":2}'))).toStrictEqual([]);
      expect(await client.getMulti(keys)).toStrictEqual(
        new Map([
          ['__proto__', 1],
          ['constructor', 2],
        ]),
      );
      expect((await client.stats()).get(server.name)?.get('constructor')).toBeUndefined();
    });

    it('B25: what is no value of any kind sends nothing, and announced lengths are bytes', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      for (const value of [
        'é',
        '世界',
        '🌍🌍',
        new Uint8Array(new ArrayBuffer(8), 2, 3),
        Buffer.from('é'),
        new Uint16Array([1]),
      ]) {
        const stored = await outcome(client.set('k', value));
        // Typed arrays other than bytes have no meaning of their own: refused, or stored whole.
        expect([true, 'MC_ENCODE']).toContain(stored);
        expect(await client.set('next', 'v')).toBe(true);
        expect(await client.get('next')).toBe('v');
      }
    });
  });

  describe('bugs known from other clients: limits', () => {
    it('B6: values around the limit of the server are typed refusals and cost nothing else', async () => {
      const server = await startReal();
      const client = openClient(server.address, { failureLimit: 1, retryTimeoutMs: 60_000, timeoutMs: 5000 });
      const events: string[] = [];
      for (const event of ['down', 'disconnect', 'desync'] as const)
        client.on(event, () => events.push(event));
      let refused = 0;
      for (const size of [
        2 ** 20 - 400,
        2 ** 20 - 100,
        2 ** 20 - 50,
        2 ** 20 - 1,
        2 ** 20,
        2 ** 20 + 1,
        2 ** 21,
      ]) {
        const [big, small] = await Promise.all([
          outcome(client.set('big', new Uint8Array(size))),
          client.set('small', size),
        ]);
        expect([true, 'MC_VALUE_TOO_LARGE']).toContain(big);
        if (big !== true) refused += 1;
        expect(small).toBe(true);
        expect(await client.get('small')).toBe(size);
      }
      expect(refused).toBeGreaterThan(2);
      expect(events).toStrictEqual([]);
    });

    it('B12: counters are exact over all 64 bits', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      await client.set('k', '8589934592');
      expect(await client.incr('k', 1)).toBe(8_589_934_593);
      await client.set('k', '9007199254740993');
      expect(await client.incr('k', 2n)).toBe(9_007_199_254_740_995n);
      await client.set('k', '18446744073709551614');
      expect(await client.incr('k', 1n)).toBe(18_446_744_073_709_551_615n);
      expect(await client.get('k')).toBe('18446744073709551615');
      expect(await client.incr('k', 1n)).toBe(0n);
    });

    it('B11: prepend prepends and append appends', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      await client.set('k', 'b');
      await client.prepend('k', 'a');
      await client.append('k', 'c');
      expect(await client.get('k')).toBe('abc');
    });

    it('B27: an empty batch settles', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      expect(
        await Promise.all([
          client.getMulti([]),
          client.getsMulti([]),
          client.setMulti([]),
          client.addMulti({}),
          client.deleteMulti([]),
          client.incrMulti([]),
        ]),
      ).toStrictEqual([new Map(), new Map(), [], [], true, undefined]);
    });

    it('B26: large values are read into one buffer, in time linear in their size', async () => {
      const server = await startReal({ itemSize: '32m', memoryMegabytes: 512 });
      const client = openClient(server.address, { timeoutMs: 20_000 });
      // Of the processor: what others take of it does not count.
      const time = async (bytes: number): Promise<number> => {
        await client.set('k', new Uint8Array(bytes).fill(7));
        const runs: number[] = [];
        for (let run = 0; run < 5; run += 1) {
          const started = process.cpuUsage();
          expect(((await client.get('k')) as Uint8Array).length).toBe(bytes);
          const { user, system } = process.cpuUsage(started);
          runs.push(user + system);
        }
        return Math.min(...runs);
      };
      const [small, large] = [await time(2_000_000), await time(16_000_000)];
      // Eight times the bytes; copying everything again for each chunk would be some sixty times the work.
      expect(large / small).toBeLessThan(30);
    });

    it('B18: flushAll reaches every server, and a missing counter is no NaN', async () => {
      const servers = await Promise.all([startReal(), startReal(), startReal()]);
      const client = openClient(servers.map(({ address }) => address));
      const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`);
      await client.setMulti(keys.map((key) => [key, 1] as const));
      await client.flushAll();
      expect(await client.getMulti(keys)).toStrictEqual(new Map());
      for (const { address } of servers) {
        const alone = openClient(address);
        expect(await alone.getMulti(keys)).toStrictEqual(new Map());
      }
      await rejection(client.incr('missing'), 'MC_CACHE_MISS');
    });

    it('B28: two clients with values of other kinds under one key do not mix', async () => {
      const [one, two] = [await startReal(), await startReal()];
      const [first, second] = [openClient(one.address), openClient(two.address)];
      await Promise.all([first.set('k', 'text'), second.set('k', { json: true })]);
      const results = await Promise.all([first.get('k'), second.get('k'), first.gets('k'), second.get('k')]);
      expect(results).toMatchObject(['text', { json: true }, { value: 'text' }, { json: true }]);
    });
  });
}

describe('bugs known from other clients: the wire', () => {
  it('B20: no request asks for silence, so that every request has its reply', async () => {
    const server = await startScripted(healthyScript);
    const client = openClient(server.address);
    const odd = { noreply: true } as never;
    await Promise.all([
      client.set('k', 1, odd),
      client.get('k', odd),
      client.delete('k', odd),
      client.incr('k', 1, odd),
    ]);
    await client.setMulti({ a: 1 }, odd);
    expect(server.received).not.toContain('noreply');
  });
});
