import { expectsMemcached } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, SOON_MS, startReal } from './open-client.js';

/** More than the sockets of both sides hold, so a stopped server leaves most of it unsent. */
const LARGE = 30_000_000;
const BIG_ITEMS = { itemSize: '64m', memoryMegabytes: 512 } as const;

/** True where every byte is the same. */
function isUniform(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1).equals(
    bytes.subarray(0, bytes.length - 1),
  );
}

if (expectsMemcached()) {
  describe('a large value', () => {
    it('goes there and back whole', async () => {
      const server = await startReal(BIG_ITEMS);
      const client = openClient(server.address, { timeoutMs: 20_000 });
      const bytes = new Uint8Array(LARGE);
      for (let at = 0; at < LARGE; at += 1) bytes[at] = at * 7;
      expect(await client.set('k', bytes)).toBe(true);
      expect(Buffer.compare((await client.get('k')) as Uint8Array, bytes)).toBe(0);
    });

    for (const end of ['timeout', 'abort'] as const) {
      it(`whose call ends by ${end} while it is being sent is never stored cut or mixed`, async () => {
        const server = await startReal(BIG_ITEMS);
        const client = openClient(server.address, { timeoutMs: 20_000, connectionTimeoutMs: 20_000 });
        await client.set('k', 'old');
        await server.pause();
        const bytes = new Uint8Array(LARGE).fill(1);
        const abort = new AbortController();
        const options = end === 'timeout' ? { timeoutMs: 100 } : { signal: abort.signal };
        const call = outcome(client.set('k', bytes, options));
        const behind = outcome(client.set('behind', 'v', { timeoutMs: 20_000 }));
        if (end === 'abort') setTimeout(() => abort.abort(), 50);
        expect(await call).toMatch(/^MC_(TIMEOUT|ABORTED)/);
        // The caller has its bytes back, and may do with them as it likes.
        bytes.fill(2);
        server.resume();
        expect([true, 'MC_CONNECTION_LOST']).toContain(await behind);
        const value = await client.get('k');
        if (value instanceof Uint8Array) {
          expect(value.length).toBe(LARGE);
          expect(value[0]).toBe(1);
          expect(isUniform(value)).toBe(true);
        } else {
          expect(['old', undefined]).toContain(value);
        }
        expect(await client.set('k', 'new')).toBe(true);
        expect(await client.get('k')).toBe('new');
      });
    }

    it('does not keep small calls from their deadlines', async () => {
      const server = await startReal(BIG_ITEMS);
      const client = openClient(server.address, { timeoutMs: 20_000, connectionTimeoutMs: 20_000 });
      await client.set('k', 'v');
      await server.pause();
      const large = outcome(client.set('large', new Uint8Array(LARGE)));
      const started = performance.now();
      expect(await outcome(client.get('k', { timeoutMs: 100 }))).toMatch(/^MC_TIMEOUT/);
      expect(performance.now() - started).toBeLessThan(SOON_MS);
      server.resume();
      expect(await large).toBe(true);
      expect(await client.get('k')).toBe('v');
    });

    it('over the limit of the server is refused while others pass before and behind it', async () => {
      const server = await startReal();
      const client = openClient(server.address, { timeoutMs: 20_000 });
      const huge = new Uint8Array(8_000_000).fill(120);
      const results = await Promise.all(
        [
          client.set('a', 1),
          client.set('huge', huge),
          client.set('b', 2),
          client.set('huge', huge),
          client.get('a'),
        ].map(outcome),
      );
      expect(results).toStrictEqual([true, 'MC_VALUE_TOO_LARGE', true, 'MC_VALUE_TOO_LARGE', 1]);
    });
  });
}
