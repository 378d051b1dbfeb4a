import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Compressor, MemcachedClient } from '@mc/core';
import { expectsMemcached, healthyScript } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startReal, startScripted } from './open-client.js';

/** Runs of one byte become its count, `waits` later each; the rest of the stream is its first byte. */
function slowRuns(waits: () => Promise<unknown>): Compressor {
  return {
    name: 'slow runs',
    id: 7,
    compress: async (data) => {
      await waits();
      return Uint8Array.of(data[0] as number, data.length & 0xff, data.length >> 8);
    },
    decompress: (data) =>
      new Uint8Array((data[1] as number) + ((data[2] as number) << 8)).fill(data[0] as number),
  };
}

/** Something that ends early behind a value that is still being packed. */
const EARLY_ENDS: Readonly<Record<string, (client: MemcachedClient) => Promise<unknown>>> = {
  'a set that times out': (client) => client.set('k', 'B'.repeat(2000), { timeoutMs: 20 }),
  'a set that is aborted': (client) => client.set('k', 'B'.repeat(2000), { signal: AbortSignal.timeout(20) }),
  'a batch that is aborted': (client) => client.getMulti(['k'], { signal: AbortSignal.timeout(20) }),
  'a flush that times out': (client) => client.flushAll(0, { timeoutMs: 20 }),
};

if (expectsMemcached()) {
  describe('calls on one key while a value is packed', () => {
    for (const [name, ends] of Object.entries(EARLY_ENDS)) {
      it(`${name} does not free the way past the value before it`, async () => {
        const server = await startReal();
        const compressor = slowRuns(() => new Promise((resolve) => setTimeout(resolve, 150)));
        const client = openClient(server.address, { compressor, minCompressLen: 1000, timeoutMs: 5000 });
        const first = client.set('k', 'A'.repeat(2000));
        const between = outcome(ends(client));
        expect(await between).not.toBe(true);
        const last = client.set('k', 'third');
        expect(await Promise.all([first, last])).toStrictEqual([true, true]);
        expect(await client.get('k')).toBe('third');
      });
    }

    it('keep their order in the very moment in which the packing ends', async () => {
      const server = await startReal();
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      const client = openClient(server.address, {
        compressor: slowRuns(() => gate),
        minCompressLen: 1000,
        timeoutMs: 5000,
      });
      const calls: Promise<unknown>[] = [
        client.set('m', 'A'.repeat(2000)),
        client.set('m', ''),
        client.append('m', '|first'),
      ];
      release();
      const expected = ['|first'];
      for (let turn = 0; turn < 60; turn += 1) {
        calls.push(client.append('m', `|${turn}`));
        expected.push(`|${turn}`);
        await null;
      }
      await Promise.all(calls);
      expect(await client.get('m')).toBe(expected.join(''));
    });

    it('a value over our own limit is no fault of the server', async () => {
      const server = await startReal();
      const writer = openClient(server.address);
      await writer.setMulti({ big: 'x'.repeat(5000), small: 's' });
      const client = openClient(server.address, { maxValueBytes: 1000 });
      const downs: unknown[] = [];
      client.on('down', (detail) => downs.push(detail));
      for (let turn = 0; turn < 4; turn += 1) expect(await outcome(client.get('big'))).toBe('MC_PROTOCOL');
      expect(await client.get('small')).toBe('s');
      expect(downs).toStrictEqual([]);
    });
  });
}

describe('a read that is asked again', () => {
  it('is a miss where the second answer says so, whatever came of the first', async () => {
    for (const flags of [16, 16 + 7 * 256]) {
      const server = await startScripted(async (connection) => {
        await connection.request();
        if (connection.index === 0) {
          await connection.reply(`VALUE a ${flags} 3\r\nxyz\r\n`);
          connection.end();
          return;
        }
        await connection.reply('END\r\n');
        await healthyScript(connection);
      });
      const compressor: Compressor = {
        ...slowRuns(async () => {}),
        decompress: async (data) => data.slice(),
      };
      const client = openClient(server.address, { compressor });
      expect(await client.getMulti(['a'])).toStrictEqual(new Map());
    }
  });

  it('settles in time though its value is never decompressed', async () => {
    const server = await startScripted(async (connection) => {
      for await (const _request of connection.requests())
        await connection.reply(`VALUE a ${16 + 7 * 256} 1\r\nx\r\nEND\r\n`);
    });
    const compressor: Compressor = { ...slowRuns(async () => {}), decompress: () => new Promise(() => {}) };
    const client = openClient(server.address, { compressor, timeoutMs: 1000 });
    expect(await outcome(client.get('a'))).toBe('MC_TIMEOUT');
    expect(await outcome(client.getMulti(['a']))).toBe('MC_PARTIAL_FAILURE');
  });
});

describe('a server that takes in a large value slowly', () => {
  it('is given the time of the call', async () => {
    await using server = await slowReader();
    const client = openClient(
      { host: '127.0.0.1', port: server.port },
      { connectionTimeoutMs: 700, failureLimit: 1 },
    );
    expect(await outcome(client.set('k', new Uint8Array(16_000_000), { timeoutMs: 20_000 }))).toBe(true);
  });
});

/** Reads a little every 5 ms, and stores whatever it is given. */
async function slowReader(): Promise<{ readonly port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let read = 0;
    sockets.add(socket);
    socket.on('error', () => {});
    const timer = setInterval(() => {
      const chunk = socket.read(Math.min(socket.readableLength, 65_536)) as Uint8Array | null;
      read += chunk?.length ?? 0;
      if (read <= 16_000_000) return;
      read = 0;
      socket.write('STORED\r\n');
    }, 5);
    socket.on('readable', () => {});
    socket.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}
