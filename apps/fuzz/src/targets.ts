import * as zlib from 'node:zlib';
import type { Target, TargetEntry } from './target.js';

type Build = (seed: number) => Target | Promise<Target>;

/** Each of them runs in a process of its own, so a module is loaded only where its target is attacked. */
function entry(name: string, load: () => Promise<Build>): TargetEntry {
  return { name, build: async (seed) => (await load())(seed) };
}

const CODECS: readonly TargetEntry[] = [
  entry('json', async () => (await import('./targets/json.js')).jsonTarget),
  entry('msgpack', async () => (await import('./targets/msgpack.js')).plainTarget),
  entry('msgpack-structured', async () => (await import('./targets/msgpack.js')).structuredTarget),
  entry('msgpack-no-records', async () => (await import('./targets/msgpack.js')).recordlessTarget),
  entry('pickle', async () => (await import('./targets/pickle.js')).plainPickleTarget),
  entry('pickle-2', async () => (await import('./targets/pickle.js')).oldPickleTarget),
  entry('pickle-exact', async () => (await import('./targets/pickle.js')).exactPickleTarget),
  entry('pylibmc-format', async () => (await import('./targets/pickle.js')).pylibmcFormatTarget),
];

const COMPRESSORS: readonly TargetEntry[] = [
  entry('zlib', async () => (await import('./targets/compressors.js')).zlibTarget),
  entry('brotli', async () => (await import('./targets/compressors.js')).brotliTarget),
  {
    ...entry('zstd', async () => (await import('./targets/compressors.js')).zstdTarget),
    ...('zstdCompressSync' in zlib ? {} : { unavailable: `Node ${process.versions.node} has no zstd` }),
  },
  entry('lz4', async () => (await import('./targets/compressors.js')).lz4Target),
];

const FORMATS: readonly TargetEntry[] = [
  'third-eden',
  'memcache-client',
  'memjs',
  'php-memcached',
  'dalli',
  'pymemcache',
].map((name) =>
  entry(name, async () => {
    const { migrationTarget } = await import('./targets/migration.js');
    return (seed) => migrationTarget(name, seed);
  }),
);

/** Everything that reads bytes from a server. */
export const TARGETS: readonly TargetEntry[] = [...CODECS, ...COMPRESSORS, ...FORMATS];
