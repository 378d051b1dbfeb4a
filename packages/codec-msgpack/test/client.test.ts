import { type ClientOptions, createClient, type MemcachedClient } from '@mc/core';
import { expectsMemcached, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { tcpTransport } from '@mc/transport-tcp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { msgpackCodec } from '../src/index.js';
import { FORMS } from './forms.js';

type Opener = (options: Partial<ClientOptions>) => Promise<MemcachedClient>;

const openers: Record<string, Opener> = {
  'the embedded server': async (options) =>
    closedBehind(createClient({ servers: 'localhost', transport: memoryTransport(), ...options })),
};
if (expectsMemcached()) {
  openers['a real memcached'] = async (options) => {
    const server = await startMemcached();
    onTestFinished(() => server.stop());
    return closedBehind(createClient({ servers: server.address, transport: tcpTransport(), ...options }));
  };
}

function closedBehind(client: MemcachedClient): MemcachedClient {
  onTestFinished(() => client.close());
  return client;
}

for (const [server, open] of Object.entries(openers)) {
  describe(`a client on ${server}`, () => {
    for (const [form, codec] of Object.entries(FORMS)) {
      it(`stores and reads values: ${form}`, async () => {
        const client = await open({ codec });
        const values = new Map<string, unknown>([
          [
            'object',
            { id: 7, at: new Date(1_700_000_000_123), bytes: new Uint8Array([1, 2]), list: [1.5, null] },
          ],
          ['float', 2.5],
          ['nothing', null],
          ['large', { text: 'é'.repeat(100_000), rows: Array.from({ length: 5000 }, (_, id) => ({ id })) }],
          ...(codec.id === 4 ? ([['rich', new Map([[new Set([1n]), -0]])]] as const) : []),
        ]);
        expect(await client.setMulti(values)).toEqual([]);
        expect(await client.getMulti([...values.keys()])).toStrictEqual(values);
      });

      it(`leaves text, bytes, booleans and counters as they are: ${form}`, async () => {
        const client = await open({ codec });
        for (const value of ['5', 5, true, 2n ** 70n]) {
          expect(client.serialize(value).flags & 0xe0).toBe(0);
        }
        await client.set('n', 5);
        expect(await client.incr('n')).toBe(6);
        await client.set('t', 'text');
        await client.append('t', ' and more');
        expect(await client.get('t')).toBe('text and more');
      });

      it(`says why it could not encode or decode: ${form}`, async () => {
        const client = await open({ codec });
        const refused = await client.set('k', { f: () => 1 }).catch((error) => error);
        expect(refused).toMatchObject({ code: 'MC_ENCODE', cause: { name: 'TypeError' } });
        const { flags } = client.serialize({ a: 1 });
        expect(flags).toBe(codec.id << 5);
        expect(() => client.deserialize(Uint8Array.of(0xc1, 0xc1), flags)).toThrow(
          expect.objectContaining({ code: 'MC_DECODE', cause: expect.any(SyntaxError) }),
        );
      });
    }

    it('reads both forms with one client', async () => {
      const client = await open({ codec: msgpackCodec(), readCodecs: [msgpackCodec({ structured: true })] });
      const rich = client.with({ codec: msgpackCodec({ structured: true }) });
      await client.set('plain', { a: [1] });
      await rich.set('rich', new Set([1]));
      expect(await client.get('plain')).toEqual({ a: [1] });
      expect(await client.get('rich')).toEqual(new Set([1]));
    });
  });
}
