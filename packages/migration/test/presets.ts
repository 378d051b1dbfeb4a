import * as zlib from 'node:zlib';
import { jsonCodec } from '@mc/codec-json';
import { msgpackCodec } from '@mc/codec-msgpack';
import { pylibmcCodec } from '@mc/codec-pylibmc';
import { zlibCompressor, zstdCompressor } from '@mc/compression-zlib';
import type { MigrationOptions, ValueFormat } from '@mc/core';
import {
  dalliFormat,
  memcacheClientFormat,
  memjsFormat,
  phpMemcachedFormat,
  pymemcacheFormat,
  thirdEdenFormat,
} from '@mc/migration';

/** False on a Node that is too old for zstd. */
export const hasZstd: boolean = 'zstdCompressSync' in zlib;

/** All readers that a preset may ask for. */
export const readers: MigrationOptions = {
  codec: jsonCodec(),
  readCodecs: [msgpackCodec(), pylibmcCodec()],
  readCompressors: hasZstd ? [zlibCompressor(), zstdCompressor()] : [zlibCompressor()],
};

/** Each preset by the name of its fixture file. */
export const presets: Readonly<Record<string, (options?: MigrationOptions) => ValueFormat>> = {
  'third-eden': thirdEdenFormat,
  'memcache-client': memcacheClientFormat,
  memjs: memjsFormat,
  'php-memcached': phpMemcachedFormat,
  dalli: dalliFormat,
  pymemcache: pymemcacheFormat,
};

/** The format of a client with all readers, and the options that a fixture names. */
export function formatOf(client: string, options: Readonly<Record<string, unknown>> = {}): ValueFormat {
  const { deserialize, ...own } = options;
  const hook = deserialize === 'json' ? { deserialize: jsonWithFlags } : {};
  const preset = presets[client];
  if (preset === undefined) throw new Error(`there is no preset ${client}`);
  return preset({ ...readers, ...own, ...hook });
}

/** The serializer of make-npm.mjs. */
function jsonWithFlags(data: Uint8Array, flags: number): unknown {
  if (flags !== 0x10000001) throw new Error('these are not the flags that were written');
  return JSON.parse(Buffer.from(data).toString());
}
