import {
  ConfigurationError,
  type ForeignLayout,
  type MigrationOptions,
  migrationFormat,
  type ValueFormat,
} from '@mc/core';
import { ZSTD_COMPRESSOR } from './compressor-ids.js';
import { flaggedLayout, severalTypes } from './flagged-layout.js';
import { readJson } from './json-text.js';
import { numberText, parseJsNumber } from './number-text.js';
import { checkPresetOptions } from './preset-options.js';
import { strictText } from './strict-text.js';

const COMPRESSED = 1;
const JSON_TEXT = 2;
const NUMBER = 4;
const BINARY = 8;

/** Options of {@link memcacheClientFormat}. */
export interface MemcacheClientOptions extends MigrationOptions {
  /**
   * `Compressor.id` of what its `compressor` option wrote, since the flags do not say: 2 for zstd, 8 for zlib, 1 to 7
   * for your own in `readCompressors`. Default 2, as its own default is zstd.
   */
  readonly foreignCompressorId?: number;
}

/**
 * Reads what memcache-client (npm) has written; writes our own.
 *
 * @throws ConfigurationError
 */
export function memcacheClientFormat(options: MemcacheClientOptions = {}): ValueFormat {
  checkPresetOptions('memcacheClientFormat', options, ['foreignCompressorId']);
  const { foreignCompressorId = ZSTD_COMPRESSOR, ...own } = options;
  if (!Number.isInteger(foreignCompressorId) || foreignCompressorId < 1 || foreignCompressorId > 8)
    throw new ConfigurationError('foreignCompressorId must be an integer from 1 to 8');
  return migrationFormat(memcacheClientLayout(foreignCompressorId), own);
}

const memcacheClientLayout = (compressorId: number): ForeignLayout =>
  flaggedLayout({
    name: 'memcache-client',
    known: COMPRESSED | JSON_TEXT | NUMBER | BINARY,
    compressed: COMPRESSED,
    decompress: (data, _, readers) => readers.decompress(compressorId, data),
    readTyped,
  });

function readTyped(data: Uint8Array, type: number): unknown {
  switch (type) {
    case 0:
      return strictText(data, 0, data.length, 'the value is marked as text and is not UTF-8');
    case JSON_TEXT:
      return readJson(data);
    case NUMBER:
      return readNumber(data);
    case BINARY:
      return data;
    default:
      throw severalTypes();
  }
}

/** It writes numbers as JSON, in which what is not finite is `null`; it reads that as NaN itself. */
function readNumber(data: Uint8Array): number | bigint {
  const text = numberText(data, 0, data.length);
  return text === 'null' ? Number.NaN : parseJsNumber(text);
}
