import { createClient, DecodeError, EncodeError, type MemcachedClient } from '@mc/memcached';
import { memoryTransport } from '@mc/transport-memory';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { schemaCodec } from '../src/schema-codec.js';

interface User {
  name: string;
  age: number;
}

const schemas = {
  zod: z.object({ name: z.string(), age: z.number().int() }),
  valibot: v.object({ name: v.string(), age: v.pipe(v.number(), v.integer()) }),
};

describe.each(['zod', 'valibot'] as const)('a codec that checks by %s', (library) => {
  const schema = schemas[library];
  let client: MemcachedClient;
  let users: MemcachedClient<User>;

  beforeEach(() => {
    client = createClient({ transport: memoryTransport() });
    users = client.with({ codec: schemaCodec(schema) });
  });
  afterEach(() => client.close());

  it('lets through what fits, and plain clients read it', async () => {
    await users.set('ada', { name: 'Ada', age: 36 });
    expect(await users.get('ada')).toEqual({ name: 'Ada', age: 36 });
    expect(await client.get('ada')).toEqual({ name: 'Ada', age: 36 });
  });

  it('refuses what does not, before it is sent, and tells whoever asks where', async () => {
    const wrong = { name: 'Ada', age: 'secret' } as unknown as User;
    const error = await users.set('ada', wrong).catch((reason) => reason);
    expect(error).toBeInstanceOf(EncodeError);
    expect(error.cause.message).toBe('the value does not fit the schema (issues: 1)');
    expect(error.cause.issues).toMatchObject([{ path: [library === 'zod' ? 'age' : { key: 'age' }] }]);
    expect(JSON.stringify(error.cause)).not.toContain('age');
    expect(await client.get('ada')).toBeUndefined();
  });

  it.each([[{ name: 'Ada' }], ['text'], [5], [true], [null]])('refuses to read %j', async (stored) => {
    await client.set('ada', stored);
    await expect(users.get('ada')).rejects.toThrow(DecodeError);
    expect(await client.get('ada')).toEqual(stored);
  });

  it('goes with the other operations, on the connection of its client', async () => {
    expect(await users.setMulti({ ada: { name: 'Ada', age: 36 }, bob: { name: 'Bob', age: 7 } })).toEqual([]);
    expect((await users.getMulti(['ada', 'bob', 'eve'])).get('bob')?.age).toBe(7);
    const read = await users.gets('ada');
    expect(await users.cas('ada', { name: 'Ada', age: 37 }, read?.cas ?? 0n)).toBe(true);
    const stats = [...(await client.stats()).values()][0];
    expect(stats?.get('total_connections')).toBe('1');
  });
});

describe('types', () => {
  it('those of a view are those of its codec', async () => {
    await using client = createClient({ transport: memoryTransport() });
    const users = client.with({ codec: schemaCodec(schemas.zod) });
    expectTypeOf(users.get('ada')).resolves.toEqualTypeOf<User | undefined>();
    expectTypeOf(client.get('ada')).resolves.toEqualTypeOf<unknown>();
    expectTypeOf(users.with({ timeoutMs: 5 })).toEqualTypeOf<MemcachedClient<User>>();
    const wrongCalls = () => {
      // @ts-expect-error: age is a number
      users.set('ada', { name: 'Ada', age: 'x' });
      // @ts-expect-error: name is missing
      users.setMulti({ ada: { age: 5 } });
    };
    expect(wrongCalls).toBeTypeOf('function');
  });

  it('text and numbers are checked as well', async () => {
    await using client = createClient({ transport: memoryTransport() });
    const mails = client.with({ codec: schemaCodec(z.string().includes('@')) });
    await mails.set('ada', 'ada@example.org');
    expect(await mails.get('ada')).toBe('ada@example.org');
    await expect(mails.set('ada', 'nobody')).rejects.toThrow(EncodeError);
  });

  it('a schema that has to wait is refused', async () => {
    await using client = createClient({ transport: memoryTransport() });
    const late: StandardSchemaV1 = {
      '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('late')) },
    };
    for (const schema of [z.string().refine(async () => true), late]) {
      const slow = client.with({ codec: schemaCodec(schema) });
      const error = await slow.set('a', 'b').catch((reason) => reason);
      expect(error).toBeInstanceOf(EncodeError);
    }
  });
});
