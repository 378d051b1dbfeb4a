import { createClient, jsonCodec } from '@mc/memcached';
import { memjsFormat, phpMemcachedFormat, thirdEdenFormat } from '@mc/migration';

const codec = jsonCodec();
const cache = createClient({ format: memjsFormat({ codec }) });
await cache.with({ format: phpMemcachedFormat({ codec }) }).close();
await cache.with({ format: thirdEdenFormat({ codec }) }).close();
await cache.close();
