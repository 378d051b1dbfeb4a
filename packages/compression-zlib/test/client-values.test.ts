import type { ClientOptions, Compressor, MemcachedClient } from '@mc/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brotliCompressor, zlibCompressor } from '../src/index.js';
import { type Compressing, noisy, SUBJECTS, wordy } from './compressing-client.js';

const ZLIB_FLAG = 8;
const TEXT_FLAG = 16;
const BROTLI_FLAG = 3 << 8;
const TEXT = wordy(5000);

for (const [name, start] of Object.entries(SUBJECTS)) {
  describe(`compressed values: ${name}`, { timeout: 60_000 }, () => {
    let subject: Compressing;
    let client: MemcachedClient;
    beforeAll(async () => {
      subject = await start();
      client = subject.open();
    });
    afterAll(() => subject[Symbol.asyncDispose]());

    /** The flags and the length of what a set has stored. */
    async function storedBy(
      value: unknown,
      choice: Readonly<{ minCompressLen?: number; compressLevel?: number }> = {},
      options: Partial<ClientOptions> = {},
    ): Promise<{ flags: number; length: number }> {
      await subject.open(options).set('stored', value, choice);
      const { data, flags } = await subject.stored('stored');
      return { flags, length: data.length };
    }

    it('come back as they were, of every type and many sizes', async () => {
      for (const bytes of [99, 100, 101, 1000, 40_000, 500_000]) {
        const values = [wordy(bytes), Buffer.from(wordy(bytes)), noisy(bytes), { text: wordy(bytes) }];
        for (const [index, value] of values.entries()) {
          await client.set('value', value);
          const read = await client.get('value');
          if (value instanceof Uint8Array) expect(Buffer.compare(read as Uint8Array, value)).toBe(0);
          else expect(read, `${bytes} bytes, value ${index}`).toEqual(value);
        }
      }
    });

    it('come back in a batch, many at once', async () => {
      const entries = new Map(
        Array.from({ length: 300 }, (_, index) => [`batch:${index}`, wordy(index * 400)]),
      );
      expect(await client.setMulti(entries)).toEqual([]);
      const found = await client.getMulti([...entries.keys()]);
      expect(found.size).toBe(300);
      for (const [key, value] of entries) expect(found.get(key) === value, key).toBe(true);
    });

    it('are compressed from minCompressLen on, of the client or of the call', async () => {
      const text = wordy(1000);
      expect((await storedBy(text)).flags).toBe(TEXT_FLAG | ZLIB_FLAG);
      expect((await storedBy(text, {}, { minCompressLen: 1000 })).flags).toBe(TEXT_FLAG | ZLIB_FLAG);
      expect(await storedBy(text, {}, { minCompressLen: 1001 })).toEqual({ flags: TEXT_FLAG, length: 1000 });
      expect((await storedBy(text, {}, { minCompressLen: 0 })).flags).toBe(TEXT_FLAG);
      expect((await storedBy(text, { minCompressLen: 1001 })).flags).toBe(TEXT_FLAG);
      expect((await storedBy(text, { minCompressLen: 0 })).flags).toBe(TEXT_FLAG);
      expect((await storedBy(text, { minCompressLen: 1 }, { minCompressLen: 0 })).flags).toBe(
        TEXT_FLAG | ZLIB_FLAG,
      );
      // The limit counts bytes.
      expect((await storedBy('ü'.repeat(60), { minCompressLen: 120 })).flags).toBe(TEXT_FLAG | ZLIB_FLAG);
      expect((await storedBy('ü'.repeat(60), { minCompressLen: 121 })).flags).toBe(TEXT_FLAG);
    });

    it('are compressed at the level of the client or of the call', async () => {
      const length = async (...levels: Parameters<typeof storedBy>): Promise<number> =>
        (await storedBy(...levels)).length;
      const fast = await length(TEXT, { compressLevel: 1 });
      const small = await length(TEXT, { compressLevel: 9 });
      expect(small).toBeLessThan(fast);
      expect(await length(TEXT, {}, { compressLevel: 1 })).toBe(fast);
      expect(await length(TEXT, {}, { compressor: zlibCompressor({ level: 1 }) })).toBe(fast);
      expect(await length(TEXT, { compressLevel: 9 }, { compressLevel: 1 })).toBe(small);
      // Level 0 stores, which gains nothing, so the value stays as it is.
      expect(await storedBy(TEXT, { compressLevel: 0 })).toEqual({ flags: TEXT_FLAG, length: 5000 });
      await subject.open().set('level', TEXT, { compressLevel: 1 });
      expect((await subject.stored('level')).data.readUInt16BE(0)).toBe(0x7801);
    });

    it('are refused at a level that there is not, and nothing is sent', async () => {
      await client.delete('level');
      await expect(client.set('level', TEXT, { compressLevel: 10 })).rejects.toMatchObject({
        code: 'MC_ENCODE',
        cause: { message: 'the level of zlib must be an integer from -1 to 9' },
      });
      expect(await client.get('level')).toBeUndefined();
    });

    it('are kept only where that is smaller', async () => {
      expect(await storedBy(noisy(1000))).toEqual({ flags: 0, length: 1000 });
      expect(await storedBy(noisy(200_000))).toEqual({ flags: 0, length: 200_000 });
      expect((await storedBy('a', { minCompressLen: 1 })).flags).toBe(TEXT_FLAG);
    });

    it('are never streams of nothing', async () => {
      for (const empty of ['', new Uint8Array(0)]) {
        expect((await storedBy(empty, { minCompressLen: 1 })).length).toBe(0);
        expect((await storedBy(empty, { minCompressLen: 1 })).flags & ZLIB_FLAG).toBe(0);
      }
    });

    it('are read by a client that writes in another way, or not at all', async () => {
      const brotli = subject.open({ compressor: brotliCompressor(), readCompressors: [zlibCompressor()] });
      await client.set('zlib', TEXT);
      await brotli.set('brotli', TEXT);
      expect((await subject.stored('brotli')).flags).toBe(TEXT_FLAG | BROTLI_FLAG);
      const reader = subject.open({ minCompressLen: 0, readCompressors: [brotliCompressor()] });
      for (const each of [brotli, reader]) {
        expect(await each.getMulti(['zlib', 'brotli'])).toEqual(
          new Map([
            ['zlib', TEXT],
            ['brotli', TEXT],
          ]),
        );
      }
    });

    it('name the package to add where they cannot be read', async () => {
      const packages = { 8: ZLIB_FLAG, 1: 1 << 8, 2: 2 << 8, 3: BROTLI_FLAG };
      const bare = subject.open({ compressor: { ...zlibCompressor(), id: 7, name: 'own' } });
      for (const [id, flags] of Object.entries(packages)) {
        await subject.store('foreign', Buffer.from('stream'), TEXT_FLAG | flags);
        const message = `add @mc/compression-${id === '1' ? 'lz4' : 'zlib'}`;
        await expect(bare.get('foreign')).rejects.toMatchObject({
          code: 'MC_DECODE',
          message: expect.stringContaining(message),
        });
      }
      for (const flags of [4 << 8, 5 << 8, 6 << 8]) {
        await subject.store('foreign', Buffer.from('stream'), TEXT_FLAG | flags);
        const message = expect.stringContaining(`a compressor with id ${flags >> 8}`);
        await expect(bare.get('foreign')).rejects.toMatchObject({ code: 'MC_DECODE', message });
      }
      await subject.store('foreign', Buffer.from('stream'), TEXT_FLAG | ZLIB_FLAG | BROTLI_FLAG);
      await expect(bare.get('foreign')).rejects.toMatchObject({ code: 'MC_DECODE' });
    });

    it('are no larger than the client allows', async () => {
      await client.set('large', wordy(3_000_000));
      const modest = subject.open({ maxValueBytes: 1_000_000 });
      await client.set('next', TEXT);
      await expect(modest.get('large')).rejects.toMatchObject({
        code: 'MC_DECODE',
        cause: { message: 'the value takes more than the 1000000 bytes allowed once decompressed' },
      });
      expect(await modest.get('next')).toBe(TEXT);
    });
  });

  describe(`values that are damaged: ${name}`, { timeout: 60_000 }, () => {
    let subject: Compressing;
    beforeAll(async () => {
      subject = await start();
    });
    afterAll(() => subject[Symbol.asyncDispose]());

    const compressors: ReadonlyArray<readonly [Compressor, number]> = [
      [zlibCompressor(), ZLIB_FLAG],
      [zlibCompressor({ asyncFromBytes: 0 }), ZLIB_FLAG],
      [brotliCompressor(), BROTLI_FLAG],
      [brotliCompressor({ asyncFromBytes: 0 }), BROTLI_FLAG],
    ];
    for (const [index, [compressor, flags]] of compressors.entries()) {
      const how = index % 2 === 0 ? 'at once' : 'in the thread pool';
      it(`are an error, and the connection lives: ${compressor.name} ${how}`, async () => {
        const client = subject.open({ compressor });
        const events: string[] = [];
        for (const event of ['disconnect', 'desync', 'down'] as const)
          client.on(event, () => events.push(event));
        await client.set('good', TEXT);
        const { data } = await subject.stored('good');
        const damaged: Uint8Array[] = [
          new Uint8Array(0),
          Buffer.from('no stream at all'),
          data.subarray(0, data.length - 1),
          Buffer.concat([data, data]),
          noisy(3000),
        ];
        for (const [at, bytes] of damaged.entries()) {
          await subject.store('bad', bytes, TEXT_FLAG | flags);
          // At once, so that they share a line: each key has its own outcome.
          const [bad, good] = await Promise.allSettled([client.get('bad'), client.get('good')]);
          expect(bad, `case ${at}`).toMatchObject({ status: 'rejected', reason: { code: 'MC_DECODE' } });
          expect(good).toEqual({ status: 'fulfilled', value: TEXT });
        }
        const batch = await client.getMulti(['good', 'bad']).catch((error) => error);
        expect(batch).toMatchObject({ code: 'MC_PARTIAL_FAILURE' });
        expect(batch.result).toEqual(new Map([['good', TEXT]]));
        expect(events).toEqual([]);
      });
    }
  });
}
