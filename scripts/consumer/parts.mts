import { jsonCodec } from '@mc/codec-json';
import { createClient, type Key } from '@mc/core';
import { memoryTransport } from '@mc/transport-memory';

const cache = createClient({ servers: ['one', 'two'], transport: memoryTransport(), codec: jsonCodec() });
const found: string | undefined = await cache.get<string>('key');
const failed: Key[] = await cache.setMulti({ one: 1, two: 2 }, { ttl: 60 });
await cache.close();

export { failed, found };
