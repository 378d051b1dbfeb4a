import type { MemcachedClient } from '@mc/core';
import { expectsMemcached, faultyTransport } from '@mc/testing';
import { rejection } from '@mc/testing/suites';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it } from 'vitest';
import { someTurns, watchUncaught } from './hostile-uncaught.js';
import { openClient, outcome, startReal } from './open-client.js';

/** Over 64 kB: these bytes are the caller's until the call settles. */
const LARGE = 100_000;
const REFUSED = ['MC_ENCODE', 'MC_INVALID_ARGUMENT'];

/** Bytes whose memory can be taken away. */
interface Changeable {
  readonly bytes: Uint8Array;
  /** Takes the memory away, or makes it smaller or larger. */
  change(): void;
}

type Resizable = ArrayBuffer & { resize(length: number): void };

function resizable(length: number): Resizable {
  const Constructor = ArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => Resizable;
  return new Constructor(length, { maxByteLength: 2 * LARGE });
}

function detachable(): Changeable {
  const buffer = new ArrayBuffer(LARGE);
  return {
    bytes: new Uint8Array(buffer).fill(65),
    change: () => void structuredClone(buffer, { transfer: [buffer] }),
  };
}

function resized(length: number): Changeable {
  const buffer = resizable(LARGE);
  return { bytes: new Uint8Array(buffer).fill(65), change: () => buffer.resize(length) };
}

const CHANGES: Readonly<Record<string, () => Changeable>> = {
  detached: detachable,
  'shrunk to 70,000 bytes': () => resized(70_000),
  'shrunk to 1,000 bytes': () => resized(1000),
  'shrunk to nothing': () => resized(0),
};

const STORES: Readonly<Record<string, (client: MemcachedClient, bytes: Uint8Array) => Promise<unknown>>> = {
  set: (client, bytes) => client.set('large', bytes),
  add: (client, bytes) => client.add('large', bytes),
  append: (client, bytes) => client.append('there', bytes),
  cas: (client, bytes) => client.cas('there', bytes, 1n),
};

if (expectsMemcached()) {
  describe('large bytes that their caller takes away while they wait', () => {
    for (const [how, make] of Object.entries(CHANGES)) {
      for (const [name, store] of Object.entries(STORES)) {
        for (const state of ['cold', 'warm'] as const) {
          it(`${how}: ${name} is refused and its neighbours are right (${state})`, async () => {
            const uncaught = watchUncaught();
            const server = await startReal();
            const plain = openClient(server.address);
            await plain.setMulti({ there: 'value', count: 1 });
            const client = openClient(server.address, { timeoutMs: 3000 });
            if (state === 'warm') await client.get('there');
            const { bytes, change } = make();
            const calls = [
              client.incr('count'),
              store(client, bytes),
              client.set('secret', 'S'.repeat(60_000)),
              client.get('there'),
              client.incr('count', 10),
            ];
            change();
            const [first, refused, ...others] = await Promise.all(calls.map(outcome));
            expect(REFUSED).toContain(refused);
            expect([first, ...others]).toStrictEqual([2, true, 'value', 12]);
            expect(await client.getMulti(['large', 'there', 'count'])).toStrictEqual(
              new Map<string, unknown>([
                ['there', 'value'],
                ['count', 12],
              ]),
            );
            await someTurns();
            expect(uncaught).toStrictEqual([]);
          });
        }
      }

      it(`${how}: a batch fails for that key and its neighbours are right`, async () => {
        const uncaught = watchUncaught();
        const server = await startReal();
        const client = openClient(server.address, { timeoutMs: 3000 });
        const { bytes, change } = make();
        const batch = outcome(client.setMulti({ a: 'A', large: bytes, b: 'B' }));
        const neighbour = client.set('c', 'C');
        change();
        expect([...REFUSED, 'MC_PARTIAL_FAILURE']).toContain(await batch);
        expect(await neighbour).toBe(true);
        expect(await client.getMulti(['large', 'c'])).toStrictEqual(new Map([['c', 'C']]));
        await someTurns();
        expect(uncaught).toStrictEqual([]);
      });
    }

    it('or makes larger: what was announced is stored, or nothing', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      const { bytes, change } = resized(150_000);
      const calls = [client.incr('count'), client.set('large', bytes), client.set('next', 'N')];
      change();
      const [missing, stored, next] = await Promise.all(calls.map(outcome));
      expect([missing, next]).toStrictEqual(['MC_CACHE_MISS', true]);
      const value = (await client.get('large')) as Uint8Array | undefined;
      if (stored === true) expect(value?.length).toBe(LARGE);
      else expect([value, REFUSED.includes(stored as string)]).toStrictEqual([undefined, true]);
    });

    it('does not matter for small ones: they are captured by the call', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      const buffer = new ArrayBuffer(1000);
      const call = client.set('small', new Uint8Array(buffer).fill(65));
      structuredClone(buffer, { transfer: [buffer] });
      expect(await call).toBe(true);
      expect(((await client.get('small')) as Buffer).toString()).toBe('A'.repeat(1000));
    });

    it('is refused where they were taken away before the call', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      const { bytes, change } = detachable();
      change();
      // Detached bytes have no length: either nothing is stored, or nothing that is nothing.
      const [stored, next] = await Promise.all([outcome(client.set('k', bytes)), client.set('l', 'L')]);
      expect([true, ...REFUSED]).toContain(stored);
      const value = (await client.get('k')) as Uint8Array | undefined;
      expect([next, value?.length]).toStrictEqual([true, stored === true ? 0 : undefined]);
    });
  });

  describe('one key asked for twice in a batch', () => {
    const bytes = new Uint8Array(300_000).fill(1);
    const codec = undefined as never;
    const format = { pack: () => ({ data: bytes, flags: 0 }), unpack: (data: Uint8Array) => data };

    for (const [name, options] of Object.entries({ 'the layout': {}, 'a value format': { format, codec } })) {
      it(`gives two values with memory of their own, read by ${name}`, async () => {
        const server = await startReal();
        const client = openClient(server.address, { ...options, timeoutMs: 3000 });
        await client.set('dup', bytes);
        const again = Buffer.from('dup');
        const multi = await client.getMulti<Uint8Array, string | Uint8Array>(['dup', again]);
        const withCas = await client.getsMulti<Uint8Array, string | Uint8Array>(['dup', again]);
        const pairs = [
          [multi.get('dup'), multi.get(again)],
          [withCas.get('dup')?.value, withCas.get(again)?.value],
          await Promise.all([client.get<Uint8Array>('dup'), client.get<Uint8Array>('dup')]),
        ];
        for (const [one, other] of pairs as [Uint8Array, Uint8Array][]) {
          expect([one.length, other.length]).toStrictEqual([300_000, 300_000]);
          one.fill(99);
          expect(Buffer.compare(other, bytes)).toBe(0);
        }
      });
    }
  });

  describe('bytes that are not what they seem', () => {
    class FixedLength extends Uint8Array {
      override get length(): number {
        return this.claimed;
      }
      claimed = 0;
    }

    const claiming = (actual: number, claimed: number): Uint8Array => {
      const bytes = new FixedLength(new ArrayBuffer(actual));
      Uint8Array.prototype.fill.call(bytes, 65);
      bytes.claimed = claimed;
      return bytes;
    };

    it('a Proxy of a Uint8Array is refused as a key and as a value, and nothing is sent', async () => {
      const server = await startReal();
      const transport = faultyTransport(tcpTransport());
      const client = openClient(server.address, { transport });
      const proxy = new Proxy(new Uint8Array(4).fill(65), {});
      for (const call of [client.get(proxy), client.set(proxy, 1), client.delete(proxy)]) {
        await rejection(call, 'MC_INVALID_KEY');
      }
      await rejection(client.getMulti([proxy]), 'MC_INVALID_KEY');
      await rejection(client.setMulti([[proxy, 1]]), 'MC_INVALID_KEY');
      await rejection(client.set('k', proxy), 'MC_ENCODE');
      await rejection(client.setMulti({ k: proxy }), 'MC_ENCODE');
      expect(REFUSED).toContain(await outcome(client.append('k', proxy)));
      expect(transport.bytesWritten).toBe(0);
      expect(await client.set('k', 1)).toBe(true);
    });

    for (const [actual, claimed] of [
      [10, 5],
      [10, 50],
      [10, -1],
      [10, Number.NaN],
      [LARGE, 5],
      [LARGE, LARGE + 5],
    ] as const) {
      it(`a subclass of ${actual} bytes that claims ${claimed} is stored right or refused`, async () => {
        const server = await startReal();
        const client = openClient(server.address);
        await client.set('text', '');
        const [set, next, append] = await Promise.all([
          outcome(client.set('k', claiming(actual, claimed))),
          client.set('next', 'v'),
          outcome(client.append('text', claiming(actual, claimed))),
        ]);
        const text = 'A'.repeat(actual);
        if (set === true) expect(String(await client.get('k'))).toBe(text);
        else expect(REFUSED).toContain(set);
        if (append === true) expect(await client.get('text')).toBe(text);
        else expect(REFUSED).toContain(append);
        expect([next, await client.get('next')]).toStrictEqual([true, 'v']);
      });
    }

    it('a subclass as a key is that key or refused', async () => {
      const server = await startReal();
      const client = openClient(server.address);
      await client.setMulti({ AAAA: 'right', AA: 'wrong', next: 'v' });
      for (const claimed of [2, 8, -1, 300]) {
        const [value, next] = await Promise.all([
          outcome(client.get(claiming(4, claimed))),
          client.get('next'),
        ]);
        expect(['right', 'MC_INVALID_KEY']).toContain(value);
        expect(next).toBe('v');
      }
    });
  });
}
