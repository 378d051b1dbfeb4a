import { expectsMemcached } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startReal } from './open-client.js';

const BLOCK_MS = 1800;
/** Shorter, but still more than every deadline. */
const SHORT_BLOCK_MS = 900;

/** Keeps the event loop busy, as a long computation would. */
function block(ms: number = BLOCK_MS): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Every deadline is far shorter than the block, and one failure would mark the server down. */
const TIGHT = {
  timeoutMs: 600,
  connectTimeoutMs: 600,
  connectionTimeoutMs: 700,
  failureLimit: 1,
  retryTimeoutMs: 60_000,
};

if (expectsMemcached()) {
  describe('an event loop that was blocked for longer than its deadlines marks no healthy server down', () => {
    async function openWatched() {
      const server = await startReal();
      const client = openClient(server.address, TIGHT);
      const events: string[] = [];
      for (const event of ['down', 'disconnect', 'desync'] as const)
        client.on(event, () => events.push(event));
      return { client, events };
    }

    it('while it connects', async () => {
      const { client, events } = await openWatched();
      const call = outcome(client.set('k', 'v'));
      block();
      // The call's own deadline may have passed before there was a connection; the server is not to blame.
      expect([true, 'MC_TIMEOUT_UNSENT', 'MC_TIMEOUT']).toContain(await call);
      expect(await client.set('k', 'w')).toBe(true);
      expect(events).toStrictEqual([]);
    });

    it('a tick after it began to connect', async () => {
      const { client, events } = await openWatched();
      const call = outcome(client.set('k', 'v'));
      await new Promise((resolve) => setImmediate(resolve));
      block();
      expect([true, 'MC_TIMEOUT_UNSENT', 'MC_TIMEOUT']).toContain(await call);
      expect(await client.set('k', 'w')).toBe(true);
      expect(events).toStrictEqual([]);
    });

    it('with requests in flight: what has arrived is read before anything is rejected', async () => {
      const { client, events } = await openWatched();
      await client.set('k', 'v');
      for (let round = 0; round < 2; round += 1) {
        const calls = [client.get('k'), client.set('other', round), client.getMulti(['k', 'missing'])];
        // One turn of the event loop, so that the requests are on their way.
        await new Promise((resolve) => setImmediate(resolve));
        block(round === 0 ? BLOCK_MS : SHORT_BLOCK_MS);
        expect(await Promise.all(calls)).toStrictEqual(['v', true, new Map([['k', 'v']])]);
      }
      expect(events).toStrictEqual([]);
    });

    it('between the call and the write of its request', async () => {
      const { client, events } = await openWatched();
      await client.set('k', 'v');
      const call = outcome(client.get('k'));
      block();
      expect(['v', 'MC_TIMEOUT_UNSENT', 'MC_TIMEOUT']).toContain(await call);
      expect(await client.get('k')).toBe('v');
      expect(events).toStrictEqual([]);
    });

    it('while idle', async () => {
      const { client, events } = await openWatched();
      await client.set('k', 'v');
      block();
      expect(await client.get('k')).toBe('v');
      block(SHORT_BLOCK_MS);
      await new Promise((resolve) => setImmediate(resolve));
      expect(await Promise.all([client.get('k'), client.incr('n').catch(() => 'missing')])).toStrictEqual([
        'v',
        'missing',
      ]);
      expect(events).toStrictEqual([]);
    });

    it('with hundreds of requests in flight and blocks again and again', async () => {
      const { client, events } = await openWatched();
      await client.set('k', 'v');
      for (let round = 0; round < 4; round += 1) {
        const calls = Array.from({ length: 300 }, () => outcome(client.get('k')));
        await new Promise((resolve) => setImmediate(resolve));
        block(SHORT_BLOCK_MS);
        expect(new Set(await Promise.all(calls))).toStrictEqual(new Set(['v']));
      }
      expect(events).toStrictEqual([]);
    });
  });
}
