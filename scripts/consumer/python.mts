import { pylibmcCodec, pylibmcFormat } from '@mc/codec-pylibmc';
import { type Codec, createClient, type ValueFormat } from '@mc/memcached';

const codec: Codec = pylibmcCodec({ protocol: 4 });
const format: ValueFormat = pylibmcFormat();
const cache = createClient({ codec, keyPrefix: 'py:' });
await cache.with({ format }).close();
await cache.close();
// @ts-expect-error: pickles of protocol 1 are read, not written
pylibmcCodec({ protocol: 1 });
